//! The fence that Linux gives: landlock for files, seccomp for everything that is no file.
//!
//! What a kernel does not know is left out, and [`of_this_kernel`] says so; what it knows and refuses is an error.

use std::{collections::BTreeMap, io, path::Path};

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr, Scope,
    path_beneath_rules,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

use super::inside::Fence;

/// The latest that landlock can do that we know of; what this kernel cannot is left out.
const NEWEST: ABI = ABI::V6;
/// What every program of this machine may read: programs, libraries and fonts. Nobody keeps receipts there.
const READ: [&str; 18] = [
    "/usr/bin",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/share",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/local/share",
    "/bin",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/etc/alternatives",
    "/var/cache/fontconfig",
    "/nix/store",
    "/run/current-system/sw",
];
/// Devices that are no more than numbers.
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"];

fn refused(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::other(error)
}

/// What this kernel can do.
pub(super) fn of_this_kernel() -> Fence {
    let files = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .and_then(Ruleset::create);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    Fence { files: files.is_ok(), calls: status.lines().any(|line| line.starts_with("Seccomp:")) }
}

/// Puts the fence up around this process, for good. It may read what every program may, and write in its own folder.
pub(super) fn put_up(own: &Path) -> io::Result<()> {
    let can = of_this_kernel();
    if can.files {
        fence_files(own)?;
    }
    if can.calls {
        seccompiler::apply_filter(&without_calls()?).map_err(refused)?;
    }
    Ok(())
}

fn fence_files(own: &Path) -> io::Result<()> {
    let devices = AccessFs::ReadFile | AccessFs::WriteFile;
    let own_files = devices | AccessFs::ReadDir | AccessFs::MakeReg | AccessFs::RemoveFile | AccessFs::Truncate;
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(NEWEST)))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create)
        .and_then(|ruleset| ruleset.add_rules(path_beneath_rules(READ, AccessFs::from_read(NEWEST))))
        .and_then(|ruleset| ruleset.add_rules(path_beneath_rules(DEVICES, devices)))
        .and_then(|ruleset| ruleset.add_rules(path_beneath_rules([own], own_files)))
        .and_then(landlock::RulesetCreated::restrict_self)
        .map(|_| ())
        .map_err(refused)
}

/// Calls that do not exist for a contained program: whatever reaches the network, another process or the kernel's inside.
const CALLS: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    // It can do all of the above by itself.
    libc::SYS_io_uring_setup,
    // Another process, or leaving the group that is killed together.
    libc::SYS_clone3,
    libc::SYS_setsid,
    libc::SYS_setpgid,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_pidfd_getfd,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kcmp,
    // Other roots, names and rights.
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_chroot,
    libc::SYS_pivot_root,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_open_by_handle_at,
    libc::SYS_symlinkat,
    libc::SYS_linkat,
    libc::SYS_mknodat,
    libc::SYS_setrlimit,
    // The kernel's inside.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_quotactl,
    libc::SYS_personality,
];

/// The same on x86, where older calls do some of it too.
#[cfg(target_arch = "x86_64")]
const OLDER_CALLS: &[i64] =
    &[libc::SYS_fork, libc::SYS_vfork, libc::SYS_symlink, libc::SYS_link, libc::SYS_mknod, libc::SYS_modify_ldt];
#[cfg(not(target_arch = "x86_64"))]
const OLDER_CALLS: &[i64] = &[];

/// On x86 each call can be made under a second number.
#[cfg(target_arch = "x86_64")]
const OTHER_NUMBERS: i64 = 0x4000_0000;
#[cfg(not(target_arch = "x86_64"))]
const OTHER_NUMBERS: i64 = 0;

/// All others are as they were. To a program the fence looks like an old kernel, which every program can live with:
/// threads are begun by an older call where the newer is not there.
fn without_calls() -> io::Result<BpfProgram> {
    let when = |argument, how, value| {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, how, value)
            .and_then(|condition| SeccompRule::new(vec![condition]))
            .map_err(refused)
    };
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    for call in CALLS.iter().chain(OLDER_CALLS) {
        rules.insert(*call, Vec::new());
        rules.insert(*call | OTHER_NUMBERS, Vec::new());
    }
    // A thread is no other process, and may be begun; a signal may go to oneself, as one who gives up sends it.
    let thread = u64::try_from(libc::CLONE_THREAD).unwrap_or_default();
    let other_process = when(0, SeccompCmpOp::MaskedEq(thread), 0)?;
    let other_than_me = when(0, SeccompCmpOp::Ne, u64::from(std::process::id()))?;
    // Asking for a limit is not setting one.
    let new_limit = SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0).map_err(refused)?;
    let new_limit = SeccompRule::new(vec![new_limit]).map_err(refused)?;
    for (call, rule) in
        [(libc::SYS_clone, other_process), (libc::SYS_tgkill, other_than_me), (libc::SYS_prlimit64, new_limit)]
    {
        rules.insert(call, vec![rule.clone()]);
        rules.insert(call | OTHER_NUMBERS, vec![rule]);
    }

    let absent = SeccompAction::Errno(u32::try_from(libc::ENOSYS).unwrap_or_default());
    let machine = TargetArch::try_from(std::env::consts::ARCH).map_err(refused)?;
    SeccompFilter::new(rules, SeccompAction::Allow, absent, machine).and_then(BpfProgram::try_from).map_err(refused)
}
