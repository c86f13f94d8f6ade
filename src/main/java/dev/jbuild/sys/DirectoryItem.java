package dev.jbuild.sys;

/**
 * A name in a directory.
 *
 * @param type one of the type constants of {@link Stat}, or 0 where the file system doesn't say
 */
public record DirectoryItem(RawPath name, int type, long inode) {}
