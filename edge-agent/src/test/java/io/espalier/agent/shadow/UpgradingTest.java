package io.espalier.agent.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.program.Programs;
import io.espalier.agent.state.Steps;
import io.espalier.agent.toys.ManualClock;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Reported;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpgradingTest {
    private static final DeviceId DEVICE = new DeviceId("cam-1");
    private static final String MARKER = "a " + "ab".repeat(32) + "\n";

    @TempDir
    Path folder;

    @Test
    void saysAgainThatItHasReportedInWhereThatWasNotKept() throws Exception {
        Path next = Files.createDirectory(folder.resolve("next"));
        Reporter reporter =
                new Reporter((channel, payload, retained) -> {}, new ManualClock(1), Reported.getDefaultInstance());
        Upgrading upgrading = upgrading();

        upgrading.confirm(reporter);
        upgrading.confirmAgain(reporter);
        assertThat(folder.resolve("current")).doesNotExist();

        Files.delete(next);
        Files.writeString(next, MARKER);
        upgrading.confirmAgain(reporter);
        assertThat(folder.resolve("current")).hasContent(MARKER);
        assertThat(next).doesNotExist();
    }

    private Upgrading upgrading() throws Exception {
        Programs programs = new Programs(folder, folder.resolve("a"), Steps.UNWATCHED);
        return new Upgrading(
                Optional.of(programs),
                ToyTrust.of(folder.resolve("trust.pb"), DEVICE, new ManualClock(1)),
                "toy64",
                () -> {});
    }
}
