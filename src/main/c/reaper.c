#include "reaper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_EXECUTABLE 126
#define NOT_FOUND 127

static _Noreturn void execute(char **command, const sigset_t *mask) {
    /* A terminal's keys are for the command. */
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    signal(SIGTTOU, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(command[0], command);
    int status = errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
    fprintf(stderr, "exec %s: %s\n", command[0], strerror(errno));
    _exit(status);
}

static int status_of(int end) {
    return WIFSIGNALED(end) ? 128 + WTERMSIG(end) : WEXITSTATUS(end);
}

int reap_for(char **command) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child < 0) {
        fprintf(stderr, "fork: %s\n", strerror(errno));
        return NOT_EXECUTABLE;
    }
    if (child == 0) {
        execute(command, &before);
    }
    for (;;) {
        int number = sigwaitinfo(&all, NULL);
        if (number > 0 && number != SIGCHLD) {
            kill(child, number);
        }
        int end;
        for (pid_t ended = waitpid(-1, &end, WNOHANG); ended > 0; ended = waitpid(-1, &end, WNOHANG)) {
            if (ended == child) {
                return status_of(end);
            }
        }
    }
}
