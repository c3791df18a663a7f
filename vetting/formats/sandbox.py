"""Inside the child: what the kernel takes away before a foreign file is opened. Linux; elsewhere nothing is closed.

By Landlock: reading anything but the program's own code, writing anywhere but in the child's own folder, signals.
By seccomp: new processes, the network, looking into other processes. Neither asks for any right, nor for a library:
the numbers are the kernel's own interface (landlock(7), seccomp(2)), the same for every version of it.
"""

from __future__ import annotations

import ctypes
import mimetypes
import os
import platform
import struct
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LANDLOCK, SECCOMP = "Landlock", "seccomp"
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE, _IOCTL = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
_OF_FILES: Final = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL
_RIGHTS: Final = ((1, (1 << 13) - 1), (2, 1 << 13), (3, _TRUNCATE), (5, _IOCTL))
"""Version of Landlock -> the rights over files that it brought."""
_NETWORK, _NETWORK_SINCE = 0b11, 4
_SCOPES, _SCOPES_SINCE = 0b11, 6
"""Signals to others, and sockets that are no files."""
_SYSTEM: Final = (
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/lib",
    "/lib64",
    "/usr/share",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
    "/dev/null",
    "/dev/urandom",
)
"""Libraries, fonts, time zones."""


class _SystemCallNumbers(NamedTuple):
    """The numbers of system calls on one kind of processor."""

    audit: int
    denied: tuple[int, ...]
    clone: int
    own_process: tuple[int, ...]
    """kill and tgkill: only to oneself, as abort() does."""
    limits: int


_EVERYWHERE: Final = (424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442, 448, 452)
"""pidfd_*, io_uring_*, process_*, what mounts, and fchmodat2: the same on all."""
_MACHINES: Final = {
    # fork vfork execve execveat · socket socketpair bind listen accept accept4 connect sendto sendmsg · ptrace
    # process_vm_* · tkill rt_*sigqueueinfo · unshare setns mount umount2 pivot_root chroot · bpf perf_event_open
    # keyctl add_key request_key userfaultfd open_by_handle_at · kcmp move_pages migrate_pages · chmod chown utime
    # *xattr setpriority ioprio_set sched_set* · shm* sem* msg* · recv* sendmmsg · sethostname syslog fanotify_init
    # personality
    "x86_64": _SystemCallNumbers(
        0xC000003E,
        (
            57,
            58,
            59,
            322,
            41,
            53,
            49,
            50,
            43,
            288,
            42,
            44,
            46,
            101,
            310,
            311,
            200,
            129,
            297,
            272,
            308,
            165,
            166,
            155,
            161,
            321,
            298,
            250,
            248,
            249,
            323,
            304,
            312,
            279,
            256,
            90,
            91,
            268,
            92,
            93,
            94,
            260,
            132,
            235,
            261,
            280,
            188,
            189,
            190,
            197,
            198,
            199,
            141,
            251,
            203,
            144,
            142,
            314,
            29,
            30,
            31,
            64,
            65,
            66,
            67,
            68,
            69,
            70,
            71,
            220,
            307,
            299,
            45,
            170,
            171,
            103,
            300,
            154,
            135,
            *_EVERYWHERE,
        ),
        56,
        (62, 234),
        302,
    ),
    "aarch64": _SystemCallNumbers(
        0xC00000B7,
        (
            221,
            281,
            198,
            199,
            200,
            201,
            202,
            242,
            203,
            206,
            211,
            117,
            270,
            271,
            130,
            138,
            240,
            97,
            268,
            40,
            39,
            41,
            51,
            280,
            241,
            219,
            217,
            218,
            282,
            265,
            272,
            239,
            238,
            52,
            53,
            54,
            55,
            88,
            5,
            6,
            7,
            14,
            15,
            16,
            140,
            30,
            122,
            119,
            118,
            274,
            194,
            195,
            196,
            197,
            190,
            191,
            192,
            193,
            186,
            187,
            188,
            189,
            269,
            243,
            207,
            161,
            162,
            116,
            262,
            92,
            *_EVERYWHERE,
        ),
        220,
        (129, 131),
        261,
    ),
}
_CLONE3, _THREAD = 435, 0x10000
_OTHER_NUMBERS: Final = 0x40000000
"""System calls of x86-64 by other numbers begin here."""
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_NOT_PERMITTED, _NO_SUCH_CALL = 1, 38
_NUMBER_AT, _PROCESSOR_AT, _FIRST_ARGUMENT_AT = 0, 4, 16


def enter_sandbox(folder: Path) -> None:
    """Closes what the kernel can close, for this process and for good; only the folder can be written in."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if _landlock_version(libc) > 0:
        _close_files(libc, folder)
    machine = _MACHINES.get(platform.machine())
    if machine is not None:
        _close_calls(libc, machine)


def missing_protection() -> tuple[str, ...]:
    if sys.platform != "linux":
        return (LANDLOCK, SECCOMP)
    libc = ctypes.CDLL(None, use_errno=True)
    found = [] if _landlock_version(libc) > 0 else [LANDLOCK]
    if platform.machine() not in _MACHINES or not Path("/proc/sys/kernel/seccomp").exists():
        found.append(SECCOMP)
    return tuple(found)


def _landlock_version(libc: ctypes.CDLL) -> int:
    """Zero or less where the kernel has none."""
    return int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1))


def _close_files(libc: ctypes.CDLL, folder: Path) -> None:
    version = _landlock_version(libc)
    rights = sum(added for since, added in _RIGHTS if version >= since)
    attributes = struct.pack(
        "QQQ", rights, _NETWORK if version >= _NETWORK_SINCE else 0, _SCOPES if version >= _SCOPES_SINCE else 0
    )[: 24 if version >= _SCOPES_SINCE else 16 if version >= _NETWORK_SINCE else 8]
    ruleset = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return
    for path in _read_from():
        _allow(libc, ruleset, path, (_EXECUTE | _READ | _LIST) & rights)
    _allow(libc, ruleset, folder, rights)
    libc.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _read_from() -> Iterator[Path]:
    """The program's own code, Python's and the libraries': nothing that lies beside them."""
    yield Path(__file__).resolve().parents[1]
    paths = sysconfig.get_paths()
    yield from _there(Path(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    yield from _there(Path(path) for path in sys.path if Path(path).name in {"site-packages", "dist-packages"})
    yield from _there(Path(path) for path in (*_SYSTEM, *mimetypes.knownfiles))


def _there(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if path.exists())


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", rights if path.is_dir() else rights & _OF_FILES, place)
    libc.syscall(_ADD_RULE, ruleset, 1, rule, 0)
    os.close(place)


def _close_calls(libc: ctypes.CDLL, machine: _SystemCallNumbers) -> None:
    steps = b"".join(_steps(machine))
    code = ctypes.create_string_buffer(steps, len(steps))
    program = struct.pack("HxxxxxxP", len(steps) // 8, ctypes.addressof(code))
    libc.prctl(_SET_SECCOMP, _FILTER, ctypes.c_char_p(program), 0, 0)


def _steps(machine: _SystemCallNumbers) -> Iterator[bytes]:
    """The filter, a step at a time: what comes to its end is allowed."""
    refused = _REFUSE | _NOT_PERMITTED
    yield _step(_LOAD, _PROCESSOR_AT)
    yield _step(_EQUAL, machine.audit, yes=1)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER_AT)
    yield _step(_AT_LEAST, _OTHER_NUMBERS, no=1)
    yield _step(_RETURN, refused)
    for number in machine.denied:
        yield _step(_EQUAL, number, no=1)
        yield _step(_RETURN, refused)
    yield _step(_EQUAL, _CLONE3, no=1)
    yield _step(_RETURN, _REFUSE | _NO_SUCH_CALL)  # its flags cannot be seen: the library takes clone instead
    yield from _only_when(machine.clone, _ANY_BIT, _THREAD)
    for number in machine.own_process:
        yield from _only_when(number, _EQUAL, os.getpid())
    yield from _only_when(machine.limits, _EQUAL, 0)
    yield _step(_RETURN, _ALLOW)


def _only_when(number: int, test: int, value: int) -> Iterator[bytes]:
    """A call that is allowed only with such a first argument."""
    yield _step(_EQUAL, number, no=4)
    yield _step(_LOAD, _FIRST_ARGUMENT_AT)
    yield _step(test, value, yes=1)
    yield _step(_RETURN, _REFUSE | _NOT_PERMITTED)
    yield _step(_RETURN, _ALLOW)


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)
