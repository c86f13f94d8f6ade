/**
 * Agents for SSH keys that steps may ask ({@code RUN --mount=type=ssh}): those of the user, passed on, and one of jbuild's
 * own for keys in files.
 *
 * <p>A step gets a socket ({@link dev.jbuild.solver.ssh.AgentSocket}) behind which only two requests of the agent protocol
 * (draft-ietf-sshm-ssh-agent) are answered: which keys there are, and to sign with one. Invariant: no private key comes
 * into a step, and no step can change an agent.
 */
@NullMarked
package dev.jbuild.solver.ssh;

import org.jspecify.annotations.NullMarked;
