package dev.jbuild.sandbox;

/** How the root file system of a process is made of layers. */
public enum StorageDriver {
    /** By overlayfs of the kernel. */
    OVERLAY,
    /** By the program fuse-overlayfs. */
    FUSE_OVERLAYFS,
    /** By copying all files, which share their bytes on disk where the file system can do that. */
    VFS
}
