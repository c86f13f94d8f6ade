#include "credentials.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static void filter_calls(const struct plan *plan) {
    if (plan->seccomp.len > 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &plan->seccomp, 0, 0) != 0) {
        fail("prctl", "PR_SET_SECCOMP");
    }
}

static void bound_capabilities(uint64_t wanted) {
    for (unsigned capability = 0; capability < 64; capability++) {
        if ((wanted >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
            if (errno == EINVAL) {
                return; /* past the last one this kernel knows */
            }
            fail("prctl", "PR_CAPBSET_DROP");
        }
    }
}

/*
 * Unless they are ambient, none is inheritable: a file's inheritable capabilities must not come to life for users without
 * privileges.
 */
static void set_capabilities(uint64_t wanted, bool ambient) {
    uint64_t inheritable = ambient ? wanted : 0;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[2];
    for (int i = 0; i < 2; i++) {
        data[i].effective = data[i].permitted = (uint32_t)(wanted >> 32 * i);
        data[i].inheritable = (uint32_t)(inheritable >> 32 * i);
    }
    if (syscall(SYS_capset, &header, data) != 0) {
        fail("capset", "");
    }
    for (unsigned capability = 0; ambient && capability < 64; capability++) {
        if ((wanted >> capability & 1) != 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) {
            fail("prctl", "PR_CAP_AMBIENT");
        }
    }
}

void set_limits(const struct plan *plan) {
    for (size_t i = 0; i < plan->limits.count; i++) {
        const struct limit *limit = &plan->limits.at[i];
        struct rlimit values = {.rlim_cur = limit->soft, .rlim_max = limit->hard};
        if (setrlimit((__rlimit_resource_t)limit->resource, &values) != 0) {
            char about[80];
            snprintf(about, sizeof about, "%d to %llu:%llu", limit->resource, (unsigned long long)limit->soft,
                     (unsigned long long)limit->hard);
            fail("set limit", about);
        }
    }
}

void drop_privileges(const struct plan *plan) {
    /* Without "no new privileges", loading a filter is itself a privilege. */
    if (!plan->no_new_privileges) {
        filter_calls(plan);
    }
    if (!plan->keep_groups && setgroups(plan->groups.count, plan->groups.at) != 0) {
        fail("setgroups", "");
    }
    if (setresgid(plan->gid, plan->gid, plan->gid) != 0) {
        fail("setresgid", "");
    }
    bound_capabilities(plan->capabilities);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (plan->ambient && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) {
        fail("prctl", "PR_SET_KEEPCAPS");
    }
    if (setresuid(plan->uid, plan->uid, plan->uid) != 0) {
        fail("setresuid", "");
    }
    set_capabilities(plan->uid == 0 || plan->ambient ? plan->capabilities : 0, plan->ambient);
    if (plan->no_new_privileges) {
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
            fail("prctl", "PR_SET_NO_NEW_PRIVS");
        }
        filter_calls(plan);
    }
}
