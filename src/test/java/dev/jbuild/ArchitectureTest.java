package dev.jbuild;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the plan of the house: which room may use which, and what only some rooms may do. */
class ArchitectureTest {
    private static final String ROOT = "dev.jbuild.";

    /** A room may use the rooms below its floor, and those beside it as long as there is no cycle. */
    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("cli", 7),
            Map.entry("daemon", 6),
            Map.entry("engine", 5),
            Map.entry("solver", 4),
            Map.entry("image", 4),
            Map.entry("inspect", 4),
            Map.entry("snapshot", 3),
            Map.entry("cache", 3),
            Map.entry("containers", 3),
            Map.entry("builds", 3),
            Map.entry("layer", 2),
            Map.entry("store", 2),
            Map.entry("context", 2),
            Map.entry("sandbox", 2),
            Map.entry("fs", 1),
            Map.entry("registry", 1),
            Map.entry("graph", 1),
            Map.entry("sys", 0),
            Map.entry("oci", 0),
            Map.entry("buildfile", 0),
            Map.entry("progress", 0),
            Map.entry("problem", 0),
            Map.entry("config", 0));

    private static final String[] PURE = {
        "dev.jbuild.oci..",
        "dev.jbuild.buildfile..",
        "dev.jbuild.graph..",
        "dev.jbuild.progress..",
        "dev.jbuild.problem..",
        "dev.jbuild.config.."
    };

    private static JavaClasses main;

    @BeforeAll
    static void read() {
        main = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.jbuild");
    }

    private static String room(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(ROOT)) {
            return "";
        }
        String rest = name.substring(ROOT.length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }

    @Test
    void everyRoomHasAFloor() {
        Set<String> rooms = main.stream().map(ArchitectureTest::room).collect(Collectors.toCollection(TreeSet::new));
        rooms.remove("");
        assertThat(FLOORS.keySet()).containsAll(rooms);
    }

    @Test
    void roomsUseOnlyWhatLiesBelowOrBeside() {
        classes().should(onlyUseLowerOrSameFloors()).check(main);
    }

    private static ArchCondition<JavaClass> onlyUseLowerOrSameFloors() {
        return new ArchCondition<>("use only rooms on lower floors or on their own") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    String from = room(type);
                    String to = room(dependency.getTargetClass());
                    if (!to.isEmpty() && !from.isEmpty() && FLOORS.getOrDefault(to, 0) > FLOORS.getOrDefault(from, 0)) {
                        events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                    }
                }
            }
        };
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching("dev.jbuild.(*)..").should().beFreeOfCycles().check(main);
    }

    @Test
    void theSandboxDoesNotKnowSnapshots() {
        noClasses()
                .that(resideInAPackage("dev.jbuild.sandbox.."))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.jbuild.snapshot.."))
                .check(main);
    }

    @Test
    void theRegistryDoesNotKnowTheStore() {
        noClasses()
                .that(resideInAPackage("dev.jbuild.registry.."))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.jbuild.store.."))
                .check(main);
    }

    @Test
    void onlySysCallsLinux() {
        noClasses()
                .that(DescribedPredicate.not(resideInAPackage("dev.jbuild.sys..")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("jnr..", "com.kenai.."))
                .check(main);
    }

    @Test
    void onlyTheJibAdapterKnowsJib() {
        noClasses()
                .that(DescribedPredicate.not(resideInAPackage("dev.jbuild.registry.jib..")))
                .should()
                .dependOnClassesThat(resideInAPackage("com.google.cloud.."))
                .check(main);
    }

    @Test
    void pureRoomsTouchNoFilesNoNetworkNoClock() {
        noClasses()
                .that(resideInAnyPackage(PURE))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.net..",
                        "java.sql..",
                        "java.lang.ProcessBuilder"))
                .check(main);
        noClasses()
                .that(resideInAnyPackage(PURE))
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "open files or choose at random",
                        type -> Set.of(
                                        "java.io.File",
                                        "java.io.FileInputStream",
                                        "java.io.FileOutputStream",
                                        "java.io.RandomAccessFile",
                                        "java.lang.ProcessBuilder",
                                        "java.util.Random",
                                        "java.security.SecureRandom",
                                        "java.time.Clock")
                                .contains(type.getName())))
                .check(main);
        noClasses()
                .that(resideInAnyPackage(PURE))
                .should(callMethod(System.class, "currentTimeMillis"))
                .orShould(callMethod(System.class, "nanoTime"))
                .orShould(callMethod(java.time.Instant.class, "now"))
                .orShould(callMethod(java.util.UUID.class, "randomUUID"))
                .check(main);
    }

    @Test
    void onlyTheCommandLinePrintsAndReadsTheEnvironment() {
        noClasses()
                .that(DescribedPredicate.not(resideInAPackage("dev.jbuild.cli..")))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .accessField(System.class, "in")
                .orShould(callMethod(System.class, "getenv"))
                .orShould(callMethod(System.class, "getenv", String.class))
                .orShould(callMethod(System.class, "getProperty", String.class))
                .orShould(callMethod(System.class, "getProperty", String.class, String.class))
                .orShould(callMethod(System.class, "exit", int.class))
                .orShould(callMethod(Throwable.class, "printStackTrace"))
                .check(main);
    }

    @Test
    void nobodyLogs() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.util.logging..", "org.slf4j..", "org.apache.commons.logging.."))
                .check(main);
    }
}
