/*
 * jbuild-sandbox: runs one command in namespaces of its own, as a list of operations says, and if wanted in the background;
 * holds a network for such commands, or makes a user root of a namespace. It knows no policy: which mounts, masks and capabilities there are is for the caller to say.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "detach.h"
#include "enter.h"
#include "join.h"
#include "network.h"
#include "outside.h"
#include "plan.h"
#include "probe.h"
#include "reaper.h"
#include "report.h"

/* A list given as a file is removed at once: it may name secrets. */
static int open_operations(const char *path) {
    if (path == NULL) {
        return STDIN_FILENO;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || unlink(path) != 0) {
        fail("open", path);
    }
    return fd;
}

int main(int count, char **arguments) {
    static struct plan plan;
    if (count == 2 && strcmp(arguments[1], "nothing") == 0) {
        return 0; /* what a probe runs */
    }
    if (count > 2 && strcmp(arguments[1], "init") == 0) {
        return reap_for(arguments + 2);
    }
    if (count > 3 && strcmp(arguments[1], "network") == 0) {
        return hold_network(arguments[2], arguments + 3, false);
    }
    if (count > 8 && strcmp(arguments[1], "bridge") == 0) {
        return hold_network(arguments[2], arguments + 3, true);
    }
    if (count > 2 && strcmp(arguments[1], "enter") == 0) {
        return enter(arguments + 2);
    }
    if (count == 3 && strcmp(arguments[1], "probe") == 0) {
        return probe(arguments[2]);
    }
    if (count == 4 && strcmp(arguments[1], "signal") == 0) {
        return call_signal(arguments[2], arguments[3]);
    }
    if ((count == 4 || count == 5) && strcmp(arguments[1], "exec") == 0) {
        return call_exec(arguments[2], arguments[3], open_operations(count == 5 ? arguments[4] : NULL));
    }
    if (count == 3 && strcmp(arguments[1], "detach") == 0) {
        plan.container = arguments[2];
        read_plan(STDIN_FILENO, &plan);
        return detach(&plan);
    }
    if (count < 2 || count > 3 || strcmp(arguments[1], "run") != 0) {
        fprintf(stderr, "usage: jbuild-sandbox run [operations]\n"
                        "       jbuild-sandbox detach directory\n"
                        "       jbuild-sandbox exec directory plain|terminal|detached [operations]\n"
                        "       jbuild-sandbox signal directory number\n"
                        "       jbuild-sandbox network directory helper arguments...\n"
                        "       jbuild-sandbox bridge directory locks count name +|- input command arguments... ...\n"
                        "       jbuild-sandbox init command arguments...\n"
                        "       jbuild-sandbox enter command arguments...\n"
                        "       jbuild-sandbox probe directory\n"
                        "Runs a command in a sandbox, as told by a list of operations on standard input or in a file;\n"
                        "does so in the background, executes another command there or sends a signal to it;\n"
                        "holds a network for commands until its standard input ends; is the first process of a container;\n"
                        "executes a command in a namespace\n"
                        "in which a user without privileges is root; or finds out what it may do.\n"
                        "It is started by jbuild and not meant to be used by hand.\n");
        return 2;
    }
    read_plan(open_operations(count == 3 ? arguments[2] : NULL), &plan);
    return run_outside(&plan);
}
