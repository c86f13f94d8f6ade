package dev.jbuild.fs;

import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Map;
import java.util.Optional;

/**
 * The owner that a file should have but can't, as the user namespace has no such id: an extended attribute, which stays with
 * the file when it is copied up or renamed. Layers are written with that owner, while processes see the file belong to root.
 * Only files and directories can have it.
 *
 * @param uid of the user, of whichever namespace
 * @param gid of the group
 */
public record OwnerMark(long uid, long gid) {
    /** The name of the attribute. */
    public static final String ATTRIBUTE = "user.jbuild.owner";

    private static final String IN_VIEW = ATTRIBUTE.substring("user.".length());

    /** The mark among the attributes of a file. */
    public static Optional<OwnerMark> among(Map<String, String> xattrs) {
        String[] ids = xattrs.getOrDefault(ATTRIBUTE, "").split(":", -1);
        try {
            return ids.length == 2
                    ? Optional.of(new OwnerMark(Integer.parseUnsignedInt(ids[0]), Integer.parseUnsignedInt(ids[1])))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // some program's own
        }
    }

    private byte[] text() {
        return (uid + ":" + gid).getBytes(StandardCharsets.US_ASCII);
    }

    /** Puts it on a file that could not be given away; fails as that did where the file can't have one either. */
    void put(Fd directory, RawPath name, SyscallException failure) throws SyscallException {
        try {
            Linux.setxattr(directory, name, ATTRIBUTE, text());
        } catch (SyscallException e) {
            failure.addSuppressed(e);
            throw failure;
        }
    }

    /** As the other one, of a file whose owner the JDK was to set. */
    public void put(Path file, FileSystemException failure) throws IOException {
        if (MissingIds.hint(failure).isEmpty()) {
            throw failure;
        }
        try {
            Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .write(IN_VIEW, ByteBuffer.wrap(text()));
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw failure;
        }
    }
}
