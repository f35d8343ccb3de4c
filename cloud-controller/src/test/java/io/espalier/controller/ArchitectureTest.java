package io.espalier.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Set;

@AnalyzeClasses(packages = "io.espalier.controller", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.espalier.controller.";
    private static final Set<String> FOR_CHOOSING =
            Set.of("allocation", "choice", "graph", "latency", "onnx", "quantisation", "runtime");

    @ArchTest
    static final ArchRule generatedMessagesStopAtTheAdapters = noClasses()
            .that()
            .resideOutsideOfPackage("..adapter..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.espalier.proto.v1..", "com.google.protobuf..");

    /** The database's own feature tells its failures apart for all others. */
    @ArchTest
    static final ArchRule frameworksStopAtTheAdapters = noClasses()
            .that()
            .resideOutsideOfPackages("..adapter..", "io.espalier.controller", "io.espalier.controller.database")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta.ws.rs..",
                    "jakarta.enterprise..",
                    "io.quarkus..",
                    "org.jdbi..",
                    "java.sql..",
                    "org.eclipse.paho..",
                    "org.apache.kafka..",
                    "com.github.kagkarlsson..");

    /** Training, native libraries and what reads foreign files stay in workers. */
    @ArchTest
    static final ArchRule onlyChoosingIsDoneWithTheLibrary = noClasses()
            .should()
            .dependOnClassesThat(new DescribedPredicate<JavaClass>("are of the library, but not for choosing") {
                @Override
                public boolean test(JavaClass type) {
                    String name = type.getPackageName();
                    return name.startsWith("io.espalier.pruning.")
                            && !FOR_CHOOSING.contains(name.substring("io.espalier.pruning.".length()));
                }
            });

    @ArchTest
    static final ArchRule featuresSeeOnlyEachOthersRoots = ArchRuleDefinition.classes()
            .should(new ArchCondition<JavaClass>("use no adapter of another feature") {
                @Override
                public void check(JavaClass origin, ConditionEvents events) {
                    origin.getDirectDependenciesFromSelf().stream()
                            .filter(dependency -> isForeignInterior(
                                    origin, dependency.getTargetClass().getBaseComponentType()))
                            .forEach(dependency ->
                                    events.add(SimpleConditionEvent.violated(origin, dependency.getDescription())));
                }
            });

    @ArchTest
    static final ArchRule featuresFormNoCycles =
            slices().matching("io.espalier.controller.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule coresDoNotKnowTheirAdapters = noClasses()
            .that(new DescribedPredicate<JavaClass>("are a feature's core") {
                @Override
                public boolean test(JavaClass type) {
                    return !type.getPackageName().contains(".adapter");
                }
            })
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.espalier.controller..adapter..");

    private static boolean isForeignInterior(JavaClass origin, JavaClass target) {
        String from = featureOf(origin);
        String to = featureOf(target);
        return !to.isEmpty() && !from.equals(to) && target.getPackageName().length() > ROOT.length() + to.length();
    }

    private static String featureOf(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(ROOT)) {
            return "";
        }
        String rest = name.substring(ROOT.length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
