/* By calls that change or show the kernel. */
#include "attempts.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/io.h>
#include <sys/klog.h>
#include <sys/personality.h>
#include <sys/quota.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static int bpf_program(void) {
    struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
    union bpf_attr attributes = {.prog_type = BPF_PROG_TYPE_KPROBE};
    attributes.insns = (unsigned long)code;
    attributes.insn_cnt = 2;
    attributes.license = (unsigned long)"GPL";
    return unless(syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes), EINVAL);
}

static int bpf_map(void) {
    union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    return result(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}

static int perf_of_machine(void) {
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes};
    return result(syscall(SYS_perf_event_open, &attributes, -1, 0, -1, 0));
}

static int perf_of_itself(void) {
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes};
    return result(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

static int user_faults(void) {
    return result(syscall(SYS_userfaultfd, O_CLOEXEC));
}

static int load_kernel(void) {
    return result(syscall(SYS_kexec_load, 0, 0, NULL, 0));
}

static int load_kernel_file(void) {
    return unless(syscall(SYS_kexec_file_load, -1, -1, 0UL, "", 0UL), EBADF);
}

static int init_module(void) {
    return unless(syscall(SYS_init_module, "not a module", 12UL, ""), ENOEXEC);
}

static int finit_module(void) {
    return unless(syscall(SYS_finit_module, -1, "", 0), EBADF);
}

static int delete_module(void) {
    return unless(syscall(SYS_delete_module, "no-such-module", O_NONBLOCK), ENOENT);
}

static int read_messages(void) {
    return result(klogctl(10 /* SYSLOG_ACTION_SIZE_BUFFER */, NULL, 0) < 0 ? -1 : klogctl(2, (char[16]){0}, 0));
}

static int personality_bits(void) {
    return result(personality(READ_IMPLIES_EXEC));
}

static int swap_on(void) {
    return unless(swapon("/no-such-swap", 0), ENOENT);
}

static int swap_off(void) {
    return unless(swapoff("/no-such-swap"), ENOENT);
}

static int quota_on(void) {
    long code = quotactl(QCMD(Q_QUOTAON, USRQUOTA), "/no-such-device", 2, (char *)"/");
    return unless(code, ENOENT);
}

static int set_time_of_day(void) {
    struct timeval now;
    gettimeofday(&now, NULL);
    return result(settimeofday(&now, NULL));
}

static int set_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return result(clock_settime(CLOCK_REALTIME, &now));
}

static int adjust_time(void) {
    struct timex time = {.modes = 0};
    adjtimex(&time);
    time.modes = ADJ_MAXERROR;
    return result(adjtimex(&time));
}

static int set_host_name(void) {
    struct utsname name;
    uname(&name);
    return result(sethostname(name.nodename, strlen(name.nodename)));
}

static int set_domain_name(void) {
    struct utsname name;
    uname(&name);
    return result(setdomainname(name.domainname, strlen(name.domainname)));
}

/* With a command that there isn't. */
static int reboot_machine(void) {
    return unless(syscall(SYS_reboot, 0xfee1dead, 672274793, 0x12345, NULL), EINVAL);
}

static int accounting(void) {
    return unless(acct("/no-such-file"), ENOENT);
}

static int watch_all_files(void) {
    return result(syscall(SYS_fanotify_init, 4 /* FAN_CLASS_CONTENT */, O_RDONLY));
}

static int ring(void) {
    struct io_uring_params parameters = {0};
    return result(syscall(SYS_io_uring_setup, 1, &parameters));
}

static int add_key(void) {
    return result(syscall(SYS_add_key, "user", "escape", "x", 1UL, -2 /* the process's */));
}

static int read_key(void) {
    char secret[16];
    return result(syscall(SYS_keyctl, 11 /* KEYCTL_READ */, prey.key, secret, sizeof secret));
}

static int search_key(void) {
    return result(syscall(SYS_keyctl, 10 /* KEYCTL_SEARCH */, -4, "user", prey.queue, 0));
}

static int request_key(void) {
    return unless(syscall(SYS_request_key, "user", "no-such-key", NULL, 0), ENOKEY);
}

static int pages_of_prey(void) {
    return result(syscall(SYS_move_pages, prey.process, 1UL, (void *[]){NULL}, NULL, (int[]){0}, 2 /* MPOL_MF_MOVE */));
}

#ifdef __x86_64__
static int io_privilege(void) {
    return result(iopl(3));
}

static int io_ports(void) {
    return result(ioperm(0x80, 1, 1));
}

/* As programs of 32 bits call, where other numbers mean other things: unshare of the hostname. */
static int call_of_32_bits(void) {
    long returned;
    __asm__ volatile("int $0x80" : "=a"(returned) : "a"(310L), "b"(0x04000000L) : "memory", "r8", "r9", "r10", "r11");
    return returned >= 0 ? 0 : (int)-returned;
}

/* As programs of the x32 ABI call. */
static int call_of_x32(void) {
    return result(syscall(0x40000000 | SYS_unshare, 0x04000000));
}
#endif

const struct attempt kernel_attempts[] = {{"bpf-program", bpf_program, CHROOT, 0},
                                          {"bpf-map", bpf_map, CHROOT, 0},
                                          {"perf-of-machine", perf_of_machine, CHROOT, 0},
                                          {"perf-of-itself", perf_of_itself, CHROOT, 0},
                                          {"userfaultfd", user_faults, CHROOT, 0},
                                          {"kexec-load", load_kernel, CHROOT, 0},
                                          {"kexec-file-load", load_kernel_file, CHROOT, 0},
                                          {"init-module", init_module, CHROOT, 0},
                                          {"finit-module", finit_module, CHROOT, 0},
                                          {"delete-module", delete_module, CHROOT, 0},
                                          {"syslog", read_messages, CHROOT, 0},
                                          {"personality", personality_bits, CHROOT, 0},
                                          {"swapon", swap_on, CHROOT, 0},
                                          {"swapoff", swap_off, CHROOT, 0},
                                          {"quotactl", quota_on, CHROOT, 0},
                                          {"settimeofday", set_time_of_day, CHROOT, 0},
                                          {"clock-settime", set_clock, CHROOT, 0},
                                          {"adjtimex", adjust_time, CHROOT, 0},
                                          {"sethostname", set_host_name, CHROOT, 0},
                                          {"setdomainname", set_domain_name, CHROOT, 0},
                                          {"reboot", reboot_machine, CHROOT, 0},
                                          {"acct", accounting, CHROOT, 0},
                                          {"fanotify", watch_all_files, CHROOT, 0},
                                          {"io-uring", ring, CHROOT, 0},
                                          {"add-key", add_key, CHROOT, 0},
                                          {"read-key-of-host", read_key, CHROOT, 0},
                                          {"search-key-of-host", search_key, CHROOT, 0},
                                          {"request-key", request_key, CHROOT, 0},
                                          {"move-pages-of-host", pages_of_prey, CHROOT, 0},
#ifdef __x86_64__
                                          {"iopl", io_privilege, CHROOT, 0},
                                          {"ioperm", io_ports, CHROOT, 0},
                                          {"call-of-i386", call_of_32_bits, CHROOT, 0},
                                          {"call-of-x32", call_of_x32, CHROOT, 0},
#endif
                                          {NULL, NULL, CHROOT, 0}};
