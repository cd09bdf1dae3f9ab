//! On what kind of file system a file stands, as `/proc/self/mountinfo` tells.

use std::path::Path;

/// Those whose files other machines write too, or whose locks and shared memory are not as those of
/// a local disk.
const OF_A_NETWORK: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "afs",
    "coda",
    "ceph",
    "lustre",
    "9p",
    "gfs2",
    "ocfs2",
    "beegfs",
    "gpfs",
    "orangefs",
    "glusterfs",
    "fuse.glusterfs",
    "fuse.sshfs",
    "fuse.ceph",
    "fuse.s3fs",
    "fuse.rclone",
    "fuse.davfs",
    "fuse.juicefs",
    "davfs",
    "vboxsf",
    "prl_fs",
    "vmhgfs",
    "fuse.vmhgfs-fuse",
];

/// The kind of the file system, if the file at that absolute path would stand on a network's.
pub(super) fn network(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let kind = kind(&mounts, path)?;
    OF_A_NETWORK.contains(&kind).then(|| kind.to_owned())
}

/// The kind of the file system that the path is on: that of the mount point nearest to it, and of
/// several at one place that of the last.
fn kind<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    let mut nearest: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let Some((mount, rest)) = line.split_once(" - ") else {
            continue;
        };
        let (Some(point), Some(kind)) = (mount.split(' ').nth(4), rest.split(' ').next()) else {
            continue;
        };
        let point = unescaped(point);
        let depth = Path::new(&point).components().count();
        if path.starts_with(&point) && nearest.is_none_or(|(known, _)| depth >= known) {
            nearest = Some((depth, kind));
        }
    }
    nearest.map(|(_, kind)| kind)
}

/// A mount point as it is: blanks, tabs, line ends and backslashes stand there in octal.
fn unescaped(point: &str) -> String {
    [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ]
    .iter()
    .fold(point.to_owned(), |text, (escape, with)| {
        text.replace(escape, with)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:26 / /mnt/share rw shared:2 - nfs4 server:/data rw
31 22 0:27 / /mnt/with\\040blank rw - cifs //server/data rw
32 30 0:28 / /mnt/share/local rw - tmpfs tmpfs rw
";

    #[test]
    fn the_nearest_mount_point_tells() {
        for (path, expected) in [
            ("/home/store", "ext4"),
            ("/mnt/share/store", "nfs4"),
            ("/mnt/shared/store", "ext4"),
            ("/mnt/share/local/store", "tmpfs"),
            ("/mnt/with blank/store", "cifs"),
        ] {
            assert_eq!(kind(MOUNTS, Path::new(path)), Some(expected), "{path}");
        }
        assert_eq!(kind("", Path::new("/store")), None);
    }
}
