/* A user and a mount namespace for a command of a user without privileges. */
#ifndef ENTER_H
#define ENTER_H

/*
 * Executes the command in namespaces in which this user is root and has the further ids that /etc/subuid and /etc/subgid
 * give. Where those can't be had there is the user's own id alone, and where no namespace can be had the command is executed
 * as things are: JBUILD_ENTERED tells it what became of it, as one of the words "ranges", "single" and "nothing", of which
 * the latter two are followed by the reason. For root nothing is done, and the variable is not set.
 */
int enter(char **command);

#endif
