package dev.jbuild.context;

/**
 * What the file system says of a file that changes when its content does. Times are nanoseconds since the epoch.
 *
 * @param mode with the type
 * @param ctimeNanos when anything of the file was changed; unlike {@code mtimeNanos} no program can set it
 */
record FileStat(int mode, long size, long mtimeNanos, long ctimeNanos, long inode, long device) {}
