package io.espalier.faults.cases;

import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Each test of a class is a case, by its name: what is tried in one process need not be tried in two. Those of one class run one
 * after the other, since they may share what the class sets up.
 *
 * @param where behind each name, where two classes have tests of one name
 */
public record JUnitCases(String group, String where, String testClass) implements CaseSource {

    @Override
    public List<FaultCase> cases(Place place) {
        Launcher launcher = LauncherFactory.create();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(testClass))
                .build();
        TestPlan plan = launcher.discover(request);
        ReentrantLock oneAtATime = new ReentrantLock();
        List<FaultCase> cases = new ArrayList<>();
        for (TestIdentifier root : plan.getRoots()) {
            for (TestIdentifier each : plan.getDescendants(root)) {
                if (isATestMethod(each)) {
                    cases.add(new FaultCase(group, inWords(each) + where, false, here -> run(each, oneAtATime)));
                }
            }
        }
        if (cases.isEmpty()) {
            throw new IllegalStateException("There is no test in " + testClass);
        }
        return cases;
    }

    /** One with parameters is one case, however many values it is run with. */
    private static boolean isATestMethod(TestIdentifier each) {
        return each.getSource().filter(MethodSource.class::isInstance).isPresent();
    }

    private static String inWords(TestIdentifier test) {
        return test.getDisplayName()
                .replaceAll("\\(.*\\)", "")
                .replaceAll("([A-Z])", " $1")
                .toLowerCase(Locale.ROOT);
    }

    private static void run(TestIdentifier test, ReentrantLock oneAtATime) throws Exception {
        Outcome outcome = new Outcome();
        oneAtATime.lockInterruptibly();
        try {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(DiscoverySelectors.selectUniqueId(test.getUniqueIdObject()))
                                    .build(),
                            outcome);
        } finally {
            oneAtATime.unlock();
        }
        outcome.requireSuccess();
    }

    private static final class Outcome implements TestExecutionListener {
        private Optional<TestExecutionResult> ofTheTest = Optional.empty();

        @Override
        public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            boolean failed = result.getStatus() != TestExecutionResult.Status.SUCCESSFUL;
            if (failed || (identifier.isTest() && ofTheTest.isEmpty())) {
                ofTheTest = Optional.of(result);
            }
        }

        void requireSuccess() throws Exception {
            TestExecutionResult result = ofTheTest.orElseThrow(() -> new IllegalStateException("the test did not run"));
            if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                Throwable failure = result.getThrowable()
                        .orElseGet(() ->
                                new IllegalStateException(result.getStatus().toString()));
                throw new IllegalStateException(String.valueOf(failure.getMessage()), failure);
            }
        }
    }
}
