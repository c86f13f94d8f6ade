/*
 * The native methods of dev.jbuild.sys.JniSyscalls: a call of Linux each, that returns what the kernel did, with errors as
 * negative numbers. Names and contents go through the stack: no call holds up the garbage collector, however long it takes.
 */
#include <errno.h>
#include <fcntl.h>
#include <jni.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

#define CALL(type, name) JNIEXPORT type JNICALL Java_dev_jbuild_sys_JniSyscalls_##name
/* As long as the kernel takes a path, and more than it takes of an attribute's name. */
#define PATH_BYTES PATH_MAX
/* As much as is moved by one call; callers ask again for the rest. An attribute has no more. */
#define CHUNK 65536

static jlong result(jlong returned) {
    return returned < 0 ? -errno : returned;
}

/* Copies an array that ends in a zero; says what the kernel would of one that is too long. */
static int get(JNIEnv *env, jbyteArray from, char into[PATH_BYTES]) {
    jsize length = (*env)->GetArrayLength(env, from);
    if (length > PATH_BYTES) {
        return -ENAMETOOLONG;
    }
    (*env)->GetByteArrayRegion(env, from, 0, length, (jbyte *)into);
    return 0;
}

#define GET(path, name)                 \
    char name[PATH_BYTES];              \
    do {                                \
        int failed = get(env, path, name); \
        if (failed) {                   \
            return failed;              \
        }                               \
    } while (0)

static jlong put(JNIEnv *env, jlong returned, const void *from, jbyteArray into, jint offset) {
    if (returned < 0) {
        return -errno;
    }
    (*env)->SetByteArrayRegion(env, into, offset, (jsize)returned, from);
    return returned;
}

static size_t chunk(jlong size) {
    return size < CHUNK ? (size_t)size : CHUNK;
}

CALL(jint, directoryFlag)(JNIEnv *env, jobject self) {
    (void)env, (void)self;
    return O_DIRECTORY;
}

CALL(jint, noFollowFlag)(JNIEnv *env, jobject self) {
    (void)env, (void)self;
    return O_NOFOLLOW;
}

CALL(jint, close)(JNIEnv *env, jobject self, jint fd) {
    (void)env, (void)self;
    return (jint)result(close(fd));
}

CALL(jint, openat)(JNIEnv *env, jobject self, jint dir, jbyteArray path, jint flags, jint mode) {
    (void)self;
    GET(path, name);
    return (jint)result(openat(dir, name, flags, mode));
}

CALL(jint, openat2)(JNIEnv *env, jobject self, jint dir, jbyteArray path, jlong flags, jlong mode, jlong resolve) {
    (void)self;
    GET(path, name);
    jlong how[] = {flags, mode, resolve};
    return (jint)result(syscall(SYS_openat2, dir, name, how, sizeof how));
}

CALL(jint, statx)(JNIEnv *env, jobject self, jint dir, jbyteArray path, jint flags, jint mask, jbyteArray into) {
    (void)self;
    GET(path, name);
    char buffer[256];
    int returned = (int)syscall(SYS_statx, dir, name, flags, mask, buffer);
    if (returned < 0) {
        return -errno;
    }
    (*env)->SetByteArrayRegion(env, into, 0, sizeof buffer, (jbyte *)buffer);
    return 0;
}

CALL(jlong, readlinkat)(JNIEnv *env, jobject self, jint dir, jbyteArray path, jbyteArray into) {
    (void)self;
    GET(path, name);
    char buffer[PATH_BYTES];
    jsize size = (*env)->GetArrayLength(env, into);
    return put(env, readlinkat(dir, name, buffer, size < PATH_BYTES ? (size_t)size : PATH_BYTES), buffer, into, 0);
}

CALL(jlong, getdents64)(JNIEnv *env, jobject self, jint fd, jbyteArray into) {
    (void)self;
    char buffer[CHUNK] __attribute__((aligned(8)));
    return put(env, syscall(SYS_getdents64, fd, buffer, chunk((*env)->GetArrayLength(env, into))), buffer, into, 0);
}

CALL(jint, mkdirat)(JNIEnv *env, jobject self, jint dir, jbyteArray path, jint mode) {
    (void)self;
    GET(path, name);
    return (jint)result(mkdirat(dir, name, mode));
}

CALL(jint, mknodat)(JNIEnv *env, jobject self, jint dir, jbyteArray path, jint mode, jlong device) {
    (void)self;
    GET(path, name);
    return (jint)result(syscall(SYS_mknodat, dir, name, mode, device));
}

CALL(jint, symlinkat)(JNIEnv *env, jobject self, jbyteArray target, jint dir, jbyteArray path) {
    (void)self;
    GET(target, text);
    GET(path, name);
    return (jint)result(symlinkat(text, dir, name));
}

CALL(jint, linkat)(JNIEnv *env, jobject self, jint fromDir, jbyteArray from, jint toDir, jbyteArray to, jint flags) {
    (void)self;
    GET(from, old);
    GET(to, new);
    return (jint)result(linkat(fromDir, old, toDir, new, flags));
}

CALL(jint, unlinkat)(JNIEnv *env, jobject self, jint dir, jbyteArray path, jint flags) {
    (void)self;
    GET(path, name);
    return (jint)result(unlinkat(dir, name, flags));
}

CALL(jint, renameat2)(JNIEnv *env, jobject self, jint fromDir, jbyteArray from, jint toDir, jbyteArray to, jint flags) {
    (void)self;
    GET(from, old);
    GET(to, new);
    return (jint)result(syscall(SYS_renameat2, fromDir, old, toDir, new, flags));
}

CALL(jint, fchownat)(JNIEnv *env, jobject self, jint dir, jbyteArray path, jint uid, jint gid, jint flags) {
    (void)self;
    GET(path, name);
    return (jint)result(fchownat(dir, name, uid, gid, flags));
}

CALL(jint, fchmodat)(JNIEnv *env, jobject self, jint dir, jbyteArray path, jint mode) {
    (void)self;
    GET(path, name);
    return (jint)result(fchmodat(dir, name, mode, 0));
}

CALL(jint, fchmod)(JNIEnv *env, jobject self, jint fd, jint mode) {
    (void)env, (void)self;
    return (jint)result(fchmod(fd, mode));
}

CALL(jint, utimensat)(JNIEnv *env, jobject self, jint dir, jbyteArray path, jlong seconds, jlong nanos, jint flags) {
    (void)self;
    GET(path, name);
    struct timespec times[] = {{seconds, nanos}, {seconds, nanos}};
    return (jint)result(utimensat(dir, name, times, flags));
}

CALL(jlong, llistxattr)(JNIEnv *env, jobject self, jbyteArray path, jbyteArray into) {
    (void)self;
    GET(path, name);
    char buffer[CHUNK];
    return put(env, llistxattr(name, buffer, chunk((*env)->GetArrayLength(env, into))), buffer, into, 0);
}

CALL(jlong, lgetxattr)(JNIEnv *env, jobject self, jbyteArray path, jbyteArray attribute, jbyteArray into) {
    (void)self;
    GET(path, name);
    GET(attribute, key);
    char buffer[CHUNK];
    return put(env, lgetxattr(name, key, buffer, chunk((*env)->GetArrayLength(env, into))), buffer, into, 0);
}

CALL(jint, lsetxattr)(JNIEnv *env, jobject self, jbyteArray path, jbyteArray attribute, jbyteArray value) {
    (void)self;
    GET(path, name);
    GET(attribute, key);
    jsize size = (*env)->GetArrayLength(env, value);
    if (size > CHUNK) {
        return -E2BIG;
    }
    char buffer[CHUNK];
    (*env)->GetByteArrayRegion(env, value, 0, size, (jbyte *)buffer);
    return (jint)result(lsetxattr(name, key, buffer, (size_t)size, 0));
}

CALL(jint, lremovexattr)(JNIEnv *env, jobject self, jbyteArray path, jbyteArray attribute) {
    (void)self;
    GET(path, name);
    GET(attribute, key);
    return (jint)result(lremovexattr(name, key));
}

CALL(jlong, read)(JNIEnv *env, jobject self, jint fd, jbyteArray into, jint offset, jint length) {
    (void)self;
    char buffer[CHUNK];
    return put(env, read(fd, buffer, chunk(length)), buffer, into, offset);
}

CALL(jlong, write)(JNIEnv *env, jobject self, jint fd, jbyteArray from, jint offset, jint length) {
    (void)self;
    char buffer[CHUNK];
    size_t size = chunk(length);
    (*env)->GetByteArrayRegion(env, from, offset, (jsize)size, (jbyte *)buffer);
    return result(write(fd, buffer, size));
}

CALL(jlong, lseek)(JNIEnv *env, jobject self, jint fd, jlong offset, jint whence) {
    (void)env, (void)self;
    return result(lseek(fd, offset, whence));
}

CALL(jint, ftruncate)(JNIEnv *env, jobject self, jint fd, jlong size) {
    (void)env, (void)self;
    return (jint)result(ftruncate(fd, size));
}

CALL(jlong, copyFileRange)(JNIEnv *env, jobject self, jint from, jint to, jlong length) {
    (void)env, (void)self;
    return result(syscall(SYS_copy_file_range, from, NULL, to, NULL, (size_t)length, 0));
}

CALL(jint, ioctl)(JNIEnv *env, jobject self, jint fd, jlong request, jlong argument) {
    (void)env, (void)self;
    return (jint)result(ioctl(fd, (unsigned long)request, argument));
}

CALL(jint, fsync)(JNIEnv *env, jobject self, jint fd) {
    (void)env, (void)self;
    return (jint)result(fsync(fd));
}

CALL(jint, syncfs)(JNIEnv *env, jobject self, jint fd) {
    (void)env, (void)self;
    return (jint)result(syncfs(fd));
}

CALL(jint, geteuid)(JNIEnv *env, jobject self) {
    (void)env, (void)self;
    return (jint)geteuid();
}
