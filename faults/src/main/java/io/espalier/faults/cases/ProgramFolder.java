package io.espalier.faults.cases;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.faults.device.Device;
import io.espalier.proto.v1.ProgramReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Where a device keeps its programs, looked at from outside. */
record ProgramFolder(Path path) {
    private static final int SECTOR_BYTES = 512;

    static ProgramFolder of(Device device) {
        return new ProgramFolder(device.state().resolve("program"));
    }

    /** The device says that it runs this program, and it is what starts next. */
    void requireRuns(ProgramReport report, ToyArtifact program) throws IOException {
        require(report.getArtifactDigest().equals(program.digest().hex()), "it gave the program up: " + report);
        String current = Files.readString(path.resolve("current"));
        require(current.strip().endsWith(program.digest().hex()), "what starts next is " + current);
    }

    /** Nothing waits to be tried, and what starts next is whole. */
    void requireWhole() throws IOException {
        require(Files.notExists(path.resolve("next")), "a program still waits to be tried");
        require(Files.notExists(path.resolve("boots")), "boots are still counted");
        Path current = path.resolve("current");
        if (Files.exists(current)) {
            Path slot = path.resolve(Files.readString(current).substring(0, 1));
            require(
                    Files.exists(slot.resolve("release.dsse")) && Files.exists(slot.resolve("edge-agent.jar")),
                    "what starts next is not whole: " + slot);
        }
    }

    /** Without the end of its jar, where its directory is, no JVM can start of the program that starts next. */
    void damageCurrent() throws IOException {
        Path jar = path.resolve(Files.readString(path.resolve("current")).substring(0, 1))
                .resolve("edge-agent.jar");
        byte[] bytes = Files.readAllBytes(jar);
        Arrays.fill(bytes, Math.max(0, bytes.length - SECTOR_BYTES), bytes.length, (byte) 0);
        Files.write(jar, bytes);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
