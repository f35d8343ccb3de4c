package io.espalier.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.faults.cases.DiskCases;
import io.espalier.faults.cases.ProgramDiskCases;
import io.espalier.stack.Service;
import io.espalier.stack.Stacks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The few cases that every build runs; {@code ./espalier bench faults} runs them all. */
class FaultsIT {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void theQuickCasesPass() throws Exception {
        assumeTrue(
                Files.exists(PROJECT.resolve("edge-agent/target/edge-agent.jar")),
                "edge-agent is not built; mvn verify of the whole project builds it first");
        List<FaultCase> all;
        List<CaseResult> results;
        try (Place place = Place.in(
                PROJECT,
                Stacks.forTests(EnumSet.of(Service.KAFKA, Service.MQTT)).endpoints(),
                folder,
                false)) {
            all = Cases.of(place);
            List<FaultCase> quick = all.stream().filter(FaultCase::quick).toList();
            results = new CaseRunner(place, 2, System.out).run(quick);
        }

        assertThat(all).extracting(FaultCase::name).doesNotHaveDuplicates();
        assertThat(all).as("steps of the agent, each with several faults").hasSizeGreaterThan(100);
        assertThat(results)
                .extracting(each -> each.of().name())
                .as("every name that is listed is that of a case")
                .containsAll(DiskCases.QUICK)
                .contains(ProgramDiskCases.QUICK);
        assertThat(results)
                .hasSizeGreaterThan(5)
                .allSatisfy(each ->
                        assertThat(each.complaint()).as(each.of().name()).isEmpty());
    }
}
