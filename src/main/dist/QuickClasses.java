import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Makes class files of which a JVM has less to do when it starts; the program does the same with them. Run by the build,
 * as a source file with ASM on the class path: {@code QuickClasses FROM TO LIBRARIES}.
 *
 * <p>The classes of the directory FROM are copied to TO, and get plain code for what the compiler left to the start: a
 * class for each lambda and method reference, and the methods of records. The JVM makes both at their first use, at a
 * quarter of a millisecond for each of the hundreds of lambdas of a build, and more for a record, with each new process.
 *
 * <p>Libraries of the directory LIBRARIES that were compiled for Java 5 are lifted to Java 17, with the stack maps that this needs: a JVM
 * keeps no such classes in its archive of loaded classes, but parses and verifies them at each start.
 */
final class QuickClasses {
    private static final String METAFACTORY = "java/lang/invoke/LambdaMetafactory";
    private static final String OBJECT_METHODS = "java/lang/runtime/ObjectMethods";

    private QuickClasses() {}

    public static void main(String[] args) throws IOException {
        copy(Path.of(args[0]), Path.of(args[1]));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(args[2]), "*.jar")) {
            for (Path jar : jars) {
                if (isOld(jar)) {
                    lift(jar);
                }
            }
        }
    }

    private static boolean isOld(Path jar) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (isClass(entry)) {
                    return version(in.readAllBytes()) == Opcodes.V1_5;
                }
            }
        }
        return false;
    }

    private static boolean isClass(ZipEntry entry) {
        String name = entry.getName();
        return name.endsWith(".class") && !name.endsWith("module-info.class");
    }

    private static int version(byte[] bytes) {
        return new ClassReader(bytes).readUnsignedShort(6);
    }

    private static void lift(Path jar) throws IOException {
        Path lifted = jar.resolveSibling(jar.getFileName() + ".tmp");
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(lifted))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] bytes = in.readAllBytes();
                ZipEntry written = new ZipEntry(entry.getName());
                written.setTimeLocal(entry.getTimeLocal());
                out.putNextEntry(written);
                out.write(isClass(entry) && version(bytes) == Opcodes.V1_5 ? lifted(bytes) : bytes);
                out.closeEntry();
            }
        }
        Files.move(lifted, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] lifted(byte[] bytes) {
        ClassNode node = new ClassNode();
        new ClassReader(bytes).accept(node, 0);
        node.version = Opcodes.V17;
        // Finds the common superclass of two by loading them: the library is on the class path.
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
        node.accept(writer);
        return writer.toByteArray();
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (var walk = Files.walk(from)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        Map<String, ClassNode> classes = new TreeMap<>();
        for (Path file : files) {
            Path copy = to.resolve(from.relativize(file));
            Files.createDirectories(copy.getParent());
            if (file.toString().endsWith(".class")) {
                ClassNode node = new ClassNode();
                new ClassReader(Files.readAllBytes(file)).accept(node, 0);
                classes.put(node.name, node);
            } else {
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        for (ClassNode node : List.copyOf(classes.values())) {
            quicken(node, classes);
        }
        for (ClassNode node : classes.values()) {
            ClassWriter writer = new ClassWriter(0);
            node.accept(writer);
            Files.write(to.resolve(node.name + ".class"), writer.toByteArray());
        }
    }

    private static void quicken(ClassNode node, Map<String, ClassNode> classes) {
        List<MethodNode> methods = node.methods;
        for (int i = 0; i < methods.size(); i++) {
            MethodNode method = methods.get(i);
            for (AbstractInsnNode instruction : method.instructions.toArray()) {
                if (!(instruction instanceof InvokeDynamicInsnNode site)) {
                    continue;
                }
                if (site.bsm.getOwner().equals(OBJECT_METHODS)) {
                    methods.set(i, new RecordMethod(node, method, site).made());
                } else if (site.bsm.getOwner().equals(METAFACTORY)
                        && site.bsm.getName().equals("metafactory")) {
                    Lambda lambda = new Lambda(node, site, classes);
                    if (lambda.isPlain()) {
                        method.instructions.set(site, lambda.use());
                    }
                }
            }
        }
    }

    /** A lambda or method reference, and the class that stands for it. */
    private static final class Lambda {
        private final ClassNode owner;
        private final Map<String, ClassNode> classes;
        private final InvokeDynamicInsnNode site;
        private final Type[] captured;
        private final Type type;
        private final Type erased;
        private final Handle body;
        private final Type exact;

        Lambda(ClassNode owner, InvokeDynamicInsnNode site, Map<String, ClassNode> classes) {
            this.owner = owner;
            this.classes = classes;
            this.site = site;
            this.captured = Type.getArgumentTypes(site.desc);
            this.type = Type.getReturnType(site.desc);
            this.erased = (Type) site.bsmArgs[0];
            this.body = (Handle) site.bsmArgs[1];
            this.exact = (Type) site.bsmArgs[2];
        }

        /** Whether it can be called from another class of the nest. Calls of a superclass's method can't. */
        boolean isPlain() {
            boolean special =
                    body.getTag() == Opcodes.H_INVOKESPECIAL && !body.getOwner().equals(owner.name);
            return !special && !body.getOwner().startsWith("[");
        }

        /** Makes the class, and what gets an instance of it. */
        AbstractInsnNode use() {
            String name = newName();
            ClassNode made = new ClassNode();
            made.visit(
                    owner.version,
                    Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
                    name,
                    null,
                    "java/lang/Object",
                    new String[] {type.getInternalName()});
            joinNest(made);
            constructor(made);
            method(made);
            classes.put(name, made);
            if (captured.length == 0) {
                instance(made);
                return new FieldInsnNode(Opcodes.GETSTATIC, name, "INSTANCE", type.getDescriptor());
            }
            factory(made);
            return new MethodInsnNode(Opcodes.INVOKESTATIC, name, "of", site.desc, false);
        }

        private String newName() {
            int number = 1;
            while (classes.containsKey(owner.name + "$$Lambda" + number)) {
                number++;
            }
            return owner.name + "$$Lambda" + number;
        }

        /** Lets it call what is private. */
        private void joinNest(ClassNode made) {
            String host = owner.nestHostClass == null ? owner.name : owner.nestHostClass;
            made.nestHostClass = host;
            ClassNode top = classes.get(host);
            if (top.nestMembers == null) {
                top.nestMembers = new ArrayList<>();
            }
            top.nestMembers.add(made.name);
        }

        private void constructor(ClassNode made) {
            MethodVisitor code = made.visitMethod(0, "<init>", constructorType(), null, null);
            code.visitCode();
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
            int local = 1;
            for (int i = 0; i < captured.length; i++) {
                made.visitField(
                        Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, "c" + i, captured[i].getDescriptor(), null, null);
                code.visitVarInsn(Opcodes.ALOAD, 0);
                code.visitVarInsn(captured[i].getOpcode(Opcodes.ILOAD), local);
                code.visitFieldInsn(Opcodes.PUTFIELD, made.name, "c" + i, captured[i].getDescriptor());
                local += captured[i].getSize();
            }
            code.visitInsn(Opcodes.RETURN);
            code.visitMaxs(3, local);
        }

        private String constructorType() {
            return Type.getMethodDescriptor(Type.VOID_TYPE, captured);
        }

        /** One that holds nothing is made once. */
        private void instance(ClassNode made) {
            made.visitField(Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, "INSTANCE", type.getDescriptor(), null, null);
            MethodVisitor code = made.visitMethod(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
            code.visitCode();
            code.visitTypeInsn(Opcodes.NEW, made.name);
            code.visitInsn(Opcodes.DUP);
            code.visitMethodInsn(Opcodes.INVOKESPECIAL, made.name, "<init>", "()V", false);
            code.visitFieldInsn(Opcodes.PUTSTATIC, made.name, "INSTANCE", type.getDescriptor());
            code.visitInsn(Opcodes.RETURN);
            code.visitMaxs(2, 0);
        }

        private void factory(ClassNode made) {
            MethodVisitor code = made.visitMethod(Opcodes.ACC_STATIC, "of", site.desc, null, null);
            code.visitCode();
            code.visitTypeInsn(Opcodes.NEW, made.name);
            code.visitInsn(Opcodes.DUP);
            int local = 0;
            for (Type value : captured) {
                code.visitVarInsn(value.getOpcode(Opcodes.ILOAD), local);
                local += value.getSize();
            }
            code.visitMethodInsn(Opcodes.INVOKESPECIAL, made.name, "<init>", constructorType(), false);
            code.visitInsn(Opcodes.ARETURN);
            code.visitMaxs(local + 2, local);
        }

        /** The method of the interface: calls the body with what was captured and its own arguments. */
        private void method(ClassNode made) {
            MethodVisitor code = made.visitMethod(Opcodes.ACC_PUBLIC, site.name, erased.getDescriptor(), null, null);
            code.visitCode();
            boolean creates = body.getTag() == Opcodes.H_NEWINVOKESPECIAL;
            if (creates) {
                code.visitTypeInsn(Opcodes.NEW, body.getOwner());
                code.visitInsn(Opcodes.DUP);
            }
            List<Type> wanted = wanted();
            for (int i = 0; i < captured.length; i++) {
                code.visitVarInsn(Opcodes.ALOAD, 0);
                code.visitFieldInsn(Opcodes.GETFIELD, made.name, "c" + i, captured[i].getDescriptor());
                Conversion.add(code, captured[i], wanted.get(i));
            }
            Type[] given = erased.getArgumentTypes();
            int local = 1;
            for (int i = 0; i < given.length; i++) {
                code.visitVarInsn(given[i].getOpcode(Opcodes.ILOAD), local);
                Conversion.add(code, given[i], exact.getArgumentTypes()[i]);
                Conversion.add(code, exact.getArgumentTypes()[i], wanted.get(captured.length + i));
                local += given[i].getSize();
            }
            code.visitMethodInsn(call(), body.getOwner(), body.getName(), body.getDesc(), body.isInterface());
            Type result = creates ? Type.getObjectType(body.getOwner()) : Type.getReturnType(body.getDesc());
            Type returned = erased.getReturnType();
            if (returned.equals(Type.VOID_TYPE)) {
                if (result.getSize() > 0) {
                    code.visitInsn(result.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
                }
            } else {
                Conversion.add(code, result, exact.getReturnType());
                Conversion.add(code, exact.getReturnType(), returned);
            }
            code.visitInsn(returned.getOpcode(Opcodes.IRETURN));
            int held = 4;
            for (Type value : wanted) {
                held += value.getSize();
            }
            code.visitMaxs(held, local);
        }

        /** What the body is called with: the receiver, if there is one, and its parameters. */
        private List<Type> wanted() {
            List<Type> wanted = new ArrayList<>();
            int tag = body.getTag();
            if (tag != Opcodes.H_INVOKESTATIC && tag != Opcodes.H_NEWINVOKESPECIAL) {
                wanted.add(Type.getObjectType(body.getOwner()));
            }
            wanted.addAll(List.of(Type.getArgumentTypes(body.getDesc())));
            return wanted;
        }

        private int call() {
            return switch (body.getTag()) {
                case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
                case Opcodes.H_NEWINVOKESPECIAL -> Opcodes.INVOKESPECIAL;
                default -> body.isInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
            };
        }
    }

    /** What stands between a value of one type and its use as another: a cast, boxing or widening. */
    private static final class Conversion {
        private Conversion() {}

        static void add(MethodVisitor code, Type from, Type to) {
            if (from.equals(to) || to.equals(Type.VOID_TYPE)) {
                return;
            }
            boolean object = isObject(from);
            if (object && isObject(to)) {
                cast(code, to);
            } else if (object) {
                Type box = box(from) ? from : boxOf(to);
                cast(code, box);
                Type value = unboxed(box);
                code.visitMethodInsn(
                        Opcodes.INVOKEVIRTUAL,
                        box.getInternalName(),
                        value.getClassName() + "Value",
                        "()" + value.getDescriptor(),
                        false);
                widen(code, value, to);
            } else if (isObject(to)) {
                Type box = boxOf(from);
                code.visitMethodInsn(
                        Opcodes.INVOKESTATIC,
                        box.getInternalName(),
                        "valueOf",
                        "(" + from.getDescriptor() + ")" + box.getDescriptor(),
                        false);
            } else {
                widen(code, from, to);
            }
        }

        private static boolean isObject(Type type) {
            return type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY;
        }

        private static void cast(MethodVisitor code, Type to) {
            if (!to.getInternalName().equals("java/lang/Object")) {
                code.visitTypeInsn(Opcodes.CHECKCAST, to.getInternalName());
            }
        }

        private static final Map<String, Type> UNBOXED = Map.of(
                "java/lang/Boolean", Type.BOOLEAN_TYPE,
                "java/lang/Character", Type.CHAR_TYPE,
                "java/lang/Byte", Type.BYTE_TYPE,
                "java/lang/Short", Type.SHORT_TYPE,
                "java/lang/Integer", Type.INT_TYPE,
                "java/lang/Long", Type.LONG_TYPE,
                "java/lang/Float", Type.FLOAT_TYPE,
                "java/lang/Double", Type.DOUBLE_TYPE);

        private static boolean box(Type type) {
            return UNBOXED.containsKey(type.getInternalName());
        }

        private static Type unboxed(Type box) {
            return UNBOXED.get(box.getInternalName());
        }

        static Type boxOf(Type primitive) {
            return UNBOXED.entrySet().stream()
                    .filter(box -> box.getValue().equals(primitive))
                    .map(box -> Type.getObjectType(box.getKey()))
                    .findFirst()
                    .orElseThrow();
        }

        private static void widen(MethodVisitor code, Type from, Type to) {
            int source = from.getSort();
            int target = to.getSort();
            if (source <= Type.INT && target <= Type.INT || source == target) {
                return;
            }
            code.visitInsn(
                    switch (target) {
                        case Type.LONG -> source == Type.INT || source < Type.INT ? Opcodes.I2L : unknown(from, to);
                        case Type.FLOAT -> source == Type.LONG ? Opcodes.L2F : Opcodes.I2F;
                        case Type.DOUBLE ->
                            source == Type.LONG ? Opcodes.L2D : source == Type.FLOAT ? Opcodes.F2D : Opcodes.I2D;
                        default -> unknown(from, to);
                    });
        }

        private static int unknown(Type from, Type to) {
            throw new IllegalArgumentException("no way from " + from + " to " + to);
        }
    }

    /** What a record answers to equals, hashCode or toString, as java.lang.runtime.ObjectMethods says it. */
    private static final class RecordMethod {
        private final ClassNode owner;
        private final MethodNode left;
        private final String[] names;
        private final List<Handle> fields = new ArrayList<>();
        private final MethodNode made;

        RecordMethod(ClassNode owner, MethodNode left, InvokeDynamicInsnNode site) {
            this.owner = owner;
            this.left = left;
            String all = (String) site.bsmArgs[1];
            this.names = all.isEmpty() ? new String[0] : all.split(";", -1);
            for (int i = 2; i < site.bsmArgs.length; i++) {
                fields.add((Handle) site.bsmArgs[i]);
            }
            this.made = new MethodNode(left.access, left.name, left.desc, left.signature, null);
        }

        MethodNode made() {
            made.visitCode();
            switch (left.name) {
                case "equals" -> equality();
                case "hashCode" -> hash();
                case "toString" -> text();
                default -> throw new IllegalArgumentException(owner.name + "." + left.name);
            }
            return made;
        }

        private Type load(int local, Handle field) {
            made.visitVarInsn(Opcodes.ALOAD, local);
            made.visitFieldInsn(Opcodes.GETFIELD, owner.name, field.getName(), field.getDesc());
            return Type.getType(field.getDesc());
        }

        private void equality() {
            Label different = new Label();
            made.visitVarInsn(Opcodes.ALOAD, 1);
            made.visitTypeInsn(Opcodes.INSTANCEOF, owner.name);
            made.visitJumpInsn(Opcodes.IFEQ, different);
            for (Handle field : fields) {
                Type type = load(0, field);
                made.visitVarInsn(Opcodes.ALOAD, 1);
                made.visitTypeInsn(Opcodes.CHECKCAST, owner.name);
                made.visitFieldInsn(Opcodes.GETFIELD, owner.name, field.getName(), field.getDesc());
                unequal(type, different);
            }
            made.visitInsn(Opcodes.ICONST_1);
            made.visitInsn(Opcodes.IRETURN);
            made.visitLabel(different);
            made.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            made.visitInsn(Opcodes.ICONST_0);
            made.visitInsn(Opcodes.IRETURN);
            made.visitMaxs(4, 2);
        }

        private void unequal(Type type, Label different) {
            switch (type.getSort()) {
                case Type.OBJECT, Type.ARRAY -> {
                    made.visitMethodInsn(
                            Opcodes.INVOKESTATIC,
                            "java/util/Objects",
                            "equals",
                            "(Ljava/lang/Object;Ljava/lang/Object;)Z",
                            false);
                    made.visitJumpInsn(Opcodes.IFEQ, different);
                }
                case Type.LONG, Type.FLOAT, Type.DOUBLE -> {
                    String box = Conversion.boxOf(type).getInternalName();
                    String twice = "(" + type.getDescriptor() + type.getDescriptor() + ")I";
                    made.visitMethodInsn(Opcodes.INVOKESTATIC, box, "compare", twice, false);
                    made.visitJumpInsn(Opcodes.IFNE, different);
                }
                default -> made.visitJumpInsn(Opcodes.IF_ICMPNE, different);
            }
        }

        private void hash() {
            made.visitInsn(Opcodes.ICONST_0);
            for (Handle field : fields) {
                made.visitIntInsn(Opcodes.BIPUSH, 31);
                made.visitInsn(Opcodes.IMUL);
                Type type = load(0, field);
                boolean object = type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY;
                made.visitMethodInsn(
                        Opcodes.INVOKESTATIC,
                        object ? "java/util/Objects" : Conversion.boxOf(type).getInternalName(),
                        "hashCode",
                        "(" + (object ? "Ljava/lang/Object;" : type.getDescriptor()) + ")I",
                        false);
                made.visitInsn(Opcodes.IADD);
            }
            made.visitInsn(Opcodes.IRETURN);
            made.visitMaxs(4, 1);
        }

        private void text() {
            String simple = owner.name.substring(owner.name.lastIndexOf('/') + 1);
            simple = simple.substring(simple.lastIndexOf('$') + 1).replaceFirst("^[0-9]+", "");
            made.visitTypeInsn(Opcodes.NEW, "java/lang/StringBuilder");
            made.visitInsn(Opcodes.DUP);
            made.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/StringBuilder", "<init>", "()V", false);
            for (int i = 0; i < names.length; i++) {
                append(Type.getType(String.class), (i == 0 ? simple + "[" : ", ") + names[i] + "=");
                append(load(0, fields.get(i)), null);
            }
            append(Type.getType(String.class), names.length == 0 ? simple + "[]" : "]");
            made.visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL, "java/lang/StringBuilder", "toString", "()Ljava/lang/String;", false);
            made.visitInsn(Opcodes.ARETURN);
            made.visitMaxs(4, 1);
        }

        private void append(Type type, String constant) {
            if (constant != null) {
                made.visitLdcInsn(constant);
            }
            String taken = switch (type.getSort()) {
                case Type.BYTE, Type.SHORT -> "I";
                case Type.OBJECT, Type.ARRAY -> constant != null ? "Ljava/lang/String;" : "Ljava/lang/Object;";
                default -> type.getDescriptor();
            };
            made.visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL,
                    "java/lang/StringBuilder",
                    "append",
                    "(" + taken + ")Ljava/lang/StringBuilder;",
                    false);
        }
    }
}
