/**
 * The port "run one process over these mounts" and its implementation by the native program
 * {@code jbuild-sandbox}.
 *
 * <p>Invariant: the JVM never mounts and never enters a namespace; policy is computed here ({@link
 * dev.jbuild.sandbox.SandboxProgram}, {@link dev.jbuild.sandbox.ContainerDefaults}) as a flat list of operations, the
 * native program only carries it out. Does not know {@code snapshot}: it receives directories.
 *
 * <p>The root file system and other stacks are overlays, of the kernel or served by fuse-overlayfs, or else copies ({@code
 * Storage} chooses, {@code PreparedRoot} makes ready); whichever it was, changes stand in the upper directory as overlayfs
 * leaves them.
 *
 * <p>What a process may do is held by capabilities, a filter of system calls ({@code seccomp}), and a control group of its
 * own with its limits and a filter of devices ({@link dev.jbuild.sandbox.Confinement}).
 *
 * <p>A private network is a namespace that a helper, such as pasta, slirp4netns or netavark, joins to the outside ({@link
 * dev.jbuild.sandbox.Networks}); a process of the native program holds both, and ends when jbuild does. Steps that can't
 * change it have it one after the other.
 *
 * <p>Where nothing may be mounted and no namespace made, {@link dev.jbuild.sandbox.ChrootSandbox} has the same program run a
 * process in a copy of its file system ({@link dev.jbuild.sandbox.ChrootTree}, on a {@code RootCopy}), and writes what it changed as overlayfs would
 * have.
 *
 * <p>Who isn't root is in a user namespace before the JVM starts, by {@code jbuild-sandbox enter}; {@code Ids} says which users
 * and groups there are then. {@link dev.jbuild.sandbox.SandboxProbe} finds out by doing what this machine allows.
 *
 * <p>The list goes to the program's standard input, or to a file that it removes at once when standard input belongs to
 * the command. What happened comes back in a status file of records, so that the streams are the command's alone.
 *
 * <p>Mount points that the image lacks are made in a lower directory of their own on top of the others: an upper
 * directory holds what the command did and, if it was missing, the working directory; nothing that set-up needed. A
 * command that changes a directory on the way to such a mount point copies that directory up, with the attributes it has
 * in the image.
 *
 * <p>Where runs follow each other, the program of the next is started in advance ({@link dev.jbuild.sandbox.Launcher}), and a
 * run's directory, with the mount points made in it, serves the next ({@link dev.jbuild.sandbox.RunDirectories}); closing
 * the sandbox ends and deletes them.
 */
@NullMarked
package dev.jbuild.sandbox;

import org.jspecify.annotations.NullMarked;
