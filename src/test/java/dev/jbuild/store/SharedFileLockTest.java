package dev.jbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFileLockTest {
    @TempDir
    Path directory;

    @Test
    void anExclusiveLockKeepsAllOthersOut() throws Exception {
        SharedFileLock.Hold hold = SharedFileLock.tryLock(file(), false).orElseThrow();
        assertThat(SharedFileLock.tryLock(file(), false)).isEmpty();
        assertThat(SharedFileLock.tryLock(file(), true)).isEmpty();
        hold.close();
        assertThat(SharedFileLock.tryLock(file(), false)).isPresent();
    }

    @Test
    void sharedLocksKeepOnlyAnExclusiveOneOut() throws Exception {
        SharedFileLock.Hold one = SharedFileLock.tryLock(file(), true).orElseThrow();
        SharedFileLock.Hold two = SharedFileLock.tryLock(file(), true).orElseThrow();
        one.close();
        one.close();
        assertThat(SharedFileLock.tryLock(file(), false)).isEmpty();
        two.close();
        Optional<SharedFileLock.Hold> alone = SharedFileLock.tryLock(file(), false);
        assertThat(alone).isPresent();
    }

    @Test
    void anotherProcessIsKeptOut() throws Exception {
        SharedFileLock.Hold hold = SharedFileLock.tryLock(file(), false).orElseThrow();
        assertThat(otherProcessCanLock()).isFalse();
        hold.close();
        assertThat(otherProcessCanLock()).isTrue();
    }

    /** The JDK's locks are those of fcntl, which python's lockf takes as well. */
    private boolean otherProcessCanLock() throws Exception {
        String program = "import fcntl,sys; f=open(sys.argv[1],'r+'); fcntl.lockf(f, fcntl.LOCK_EX|fcntl.LOCK_NB)";
        Process process = new ProcessBuilder("python3", "-c", program, file().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0;
    }

    private Path file() {
        return directory.resolve("a.lock");
    }
}
