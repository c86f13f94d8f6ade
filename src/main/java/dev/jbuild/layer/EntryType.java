package dev.jbuild.layer;

/** What an entry of a layer is. */
public enum EntryType {
    FILE,
    DIRECTORY,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO,
    /** Nothing is at this path, whatever lower layers say (layer.md, "Whiteouts"). */
    WHITEOUT
}
