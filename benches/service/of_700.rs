//! A program of 700 commands, for the bench `service`.

#[macro_use]
mod program;

program! {
    of 700 commands, dispatches s69:
    s00 "s00" s01 "s01" s02 "s02" s03 "s03" s04 "s04"
    s05 "s05" s06 "s06" s07 "s07" s08 "s08" s09 "s09"
    s10 "s10" s11 "s11" s12 "s12" s13 "s13" s14 "s14"
    s15 "s15" s16 "s16" s17 "s17" s18 "s18" s19 "s19"
    s20 "s20" s21 "s21" s22 "s22" s23 "s23" s24 "s24"
    s25 "s25" s26 "s26" s27 "s27" s28 "s28" s29 "s29"
    s30 "s30" s31 "s31" s32 "s32" s33 "s33" s34 "s34"
    s35 "s35" s36 "s36" s37 "s37" s38 "s38" s39 "s39"
    s40 "s40" s41 "s41" s42 "s42" s43 "s43" s44 "s44"
    s45 "s45" s46 "s46" s47 "s47" s48 "s48" s49 "s49"
    s50 "s50" s51 "s51" s52 "s52" s53 "s53" s54 "s54"
    s55 "s55" s56 "s56" s57 "s57" s58 "s58" s59 "s59"
    s60 "s60" s61 "s61" s62 "s62" s63 "s63" s64 "s64"
    s65 "s65" s66 "s66" s67 "s67" s68 "s68" s69 "s69"
}
