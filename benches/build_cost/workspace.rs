//! Builds the generated crates, in a workspace of their own with the default profile.

use super::domain::Domain;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How many a second the clock of `/proc` ticks.
const TICKS: u64 = 100;

pub struct Workspace(PathBuf);

impl Workspace {
    pub fn write(domains: &[Domain]) -> Result<Self, Box<dyn Error>> {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build");
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let core = ours.join("cqrs-core");
        let core = core.to_str().ok_or("the path is no text")?;
        let core = format!("cqrs-core = {{ path = {core:?} }}");
        let serde = r#"serde = { version = "1", features = ["derive"] }"#;
        let stub = r#"stub = { path = "../stub" }"#;
        let stub_macros = r#"stub-macros = { path = "../stub-macros" }"#;
        let workspace = Self(root);
        fs::create_dir_all(&workspace.0)?;
        let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\nexclude = [\"target\"]\n";
        fs::write(workspace.0.join("Cargo.toml"), manifest)?;
        fs::copy(ours.join("Cargo.lock"), workspace.0.join("Cargo.lock"))?; // the same versions as here
        let file = |text: &str| vec![("lib.rs".to_owned(), text.to_owned())];
        workspace.member(
            "stub-macros",
            "[lib]\nproc-macro = true",
            &file(include_str!("stub_macros.rs")),
        )?;
        workspace.member(
            "stub",
            &format!("[dependencies]\n{core}\n{stub_macros}"),
            &file(include_str!("stub.rs")),
        )?;
        for domain in domains {
            workspace.member(
                &domain.name(),
                &format!("[dependencies]\n{core}\n{serde}\n{stub}"),
                &domain.files(),
            )?;
        }
        Ok(workspace)
    }

    fn member(
        &self,
        name: &str,
        manifest: &str,
        files: &[(String, String)],
    ) -> Result<(), Box<dyn Error>> {
        let member = self.0.join(name);
        fs::create_dir_all(member.join("src"))?;
        let manifest = format!("[package]\nname = {name:?}\nedition = \"2024\"\n\n{manifest}\n");
        fs::write(member.join("Cargo.toml"), manifest)?;
        for (file, text) in files {
            fs::write(member.join("src").join(file), text)?;
        }
        Ok(())
    }

    /// The bytes of the crate once all macros are expanded.
    pub fn expanded(&self, domain: &Domain) -> Result<usize, Box<dyn Error>> {
        let mut cargo = self.cargo(domain, "rustc")?;
        let output = cargo
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["--profile=check", "--", "-Zunpretty=expanded"])
            .output()?;
        if !output.status.success() {
            return Err(format!("{} does not expand", domain.name()).into());
        }
        let text = String::from_utf8(output.stdout)?;
        Ok(text.split_whitespace().map(|word| word.len() + 1).sum())
    }

    /// How long a processor takes to check the crate, what it depends on being there.
    pub fn checked(&self, domain: &Domain) -> Result<Duration, Box<dyn Error>> {
        let mut cargo = self.cargo(domain, "check")?;
        let before = spent_by_children()?;
        if !cargo.status()?.success() {
            return Err(format!("{} does not compile", domain.name()).into());
        }
        Ok(spent_by_children()?.saturating_sub(before))
    }

    /// A call of cargo that compiles the whole crate.
    fn cargo(&self, domain: &Domain, command: &str) -> Result<Command, Box<dyn Error>> {
        let root = self.0.join(domain.name()).join("src/lib.rs");
        fs::write(&root, fs::read(&root)?)?;
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(&self.0)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            .args([command, "--quiet", "--lib", "-p", &domain.name()])
            .stderr(Stdio::inherit());
        Ok(cargo)
    }
}

/// The processor time of all processes that this one has waited for.
fn spent_by_children() -> Result<Duration, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(')').ok_or("/proc/self/stat has a name")?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let [user, system] = [fields[13], fields[14]]; // cutime and cstime
    let ticks = user.parse::<u64>()? + system.parse::<u64>()?;
    Ok(Duration::from_millis(ticks * 1_000 / TICKS))
}
