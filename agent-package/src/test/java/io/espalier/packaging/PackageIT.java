package io.espalier.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackageIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final long MOST_PACKED_BYTES = 32L << 20;
    private static final int ELF_MACHINE = 18;

    @TempDir
    Path folder;

    /** Of Debian's names for processors, with what an ELF file says. */
    enum Processor {
        AMD64(0x3e),
        ARM64(0xb7);

        private final int elfMachine;

        Processor(int elfMachine) {
            this.elfMachine = elfMachine;
        }

        String debian() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        Path archive() {
            return TARGET.resolve("espalier-agent-0.1.0-" + debian() + ".tar.gz");
        }

        Path deb() {
            return TARGET.resolve("espalier-agent_0.1.0_" + debian() + ".deb");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theArchiveHoldsTheLibrariesOfItsProcessorAndNoOther(Processor processor) throws Exception {
        assertThat(processor.archive()).isRegularFile();
        assertThat(Files.size(processor.archive())).isLessThan(MOST_PACKED_BYTES);
        run("tar", "xzf", processor.archive().toString(), "-C", folder.toString());

        assertHolds(processor, folder.resolve("espalier-agent-0.1.0-" + processor.debian() + "/program"));
    }

    @ParameterizedTest
    @EnumSource
    void theDebianPackageHoldsTheSameAndKeepsItsConfiguration(Processor processor) throws Exception {
        assumeTool("dpkg-deb");
        assertThat(Files.size(processor.deb())).isLessThan(MOST_PACKED_BYTES);
        run(
                "dpkg-deb",
                "--raw-extract",
                processor.deb().toString(),
                folder.resolve("deb").toString());
        Path root = folder.resolve("deb");

        assertHolds(processor, root.resolve("usr/lib/espalier-agent/program"));
        assertThat(root.resolve("usr/lib/espalier-agent/bin/espalier-agent")).isExecutable();
        assertThat(Files.readString(root.resolve("DEBIAN/control")))
                .contains("Architecture: " + processor.debian() + "\n", "java17-runtime-headless")
                .doesNotContain("@ARCH@", "@VERSION@", "-jdk");
        assertThat(Files.readString(root.resolve("DEBIAN/conffiles"))).isEqualTo("/etc/espalier/agent.properties\n");
        for (String script : List.of("postinst", "prerm", "postrm")) {
            run("sh", "-n", root.resolve("DEBIAN").resolve(script).toString());
        }
    }

    @Test
    void systemdTakesTheUnit() throws Exception {
        assumeTool("systemd-analyze");
        assumeTool("dpkg-deb");
        Path root = folder.resolve("root");
        run("dpkg-deb", "--extract", Processor.AMD64.deb().toString(), root.toString());

        // Systemd looks for the program, which is not installed here.
        String unit = Files.readString(root.resolve("lib/systemd/system/espalier-agent.service"));
        Path verified = root.resolve("espalier-agent.service");
        Files.writeString(verified, unit.replace("ExecStart=/usr", "ExecStart=" + root + "/usr"));

        assertThat(run("systemd-analyze", "verify", verified.toString())).doesNotContain("espalier-agent.service:");
    }

    @Test
    void theArchivesLauncherStartsTheAgent() throws Exception {
        Processor here = System.getProperty("os.arch").equals("aarch64") ? Processor.ARM64 : Processor.AMD64;
        run("tar", "xzf", here.archive().toString(), "-C", folder.toString());
        Path home = folder.resolve("espalier-agent-0.1.0-" + here.debian());
        Path settings = folder.resolve("agent.properties");
        Files.writeString(settings, """
                device.id=packaged
                controller.url=http://127.0.0.1:1
                claim.token=none
                serve.port=0
                exit.with.parent=true
                state.dir=%s
                """.formatted(folder.resolve("state")));
        Process agent = process(home.resolve("bin/espalier-agent").toString(), "--config", settings.toString());
        try {
            assertThat(status(awaitPort(agent), "/v2/health/live")).isEqualTo(200);
            assertThat(status(awaitPort(agent), "/v2/health/ready"))
                    .as("no model yet")
                    .isEqualTo(503);
            assertThat(folder.resolve("state/native")).as("nothing is unpacked").isEmptyDirectory();
        } finally {
            agent.getOutputStream().close();
            assertThat(agent.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(agent.exitValue()).isZero();
    }

    @Test
    void theArchivesSettingsAskForWhatADeviceNeeds() throws Exception {
        Processor here = System.getProperty("os.arch").equals("aarch64") ? Processor.ARM64 : Processor.AMD64;
        run("tar", "xzf", here.archive().toString(), "-C", folder.toString());
        Path home = folder.resolve("espalier-agent-0.1.0-" + here.debian());

        Process agent = process(
                home.resolve("bin/espalier-agent").toString(),
                "--config",
                home.resolve("agent.properties").toString());

        assertThat(agent.waitFor()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("log")))
                .contains("2 problems", "device.id is missing", "claim.bundle is missing");
    }

    private int awaitPort(Process agent) throws IOException, InterruptedException {
        Path port = folder.resolve("state/serve.port");
        while (!Files.exists(port)) {
            assertThat(agent.waitFor(20, TimeUnit.MILLISECONDS))
                    .as("the agent ended: %s", folder.resolve("log"))
                    .isFalse();
        }
        return Integer.parseInt(Files.readString(port));
    }

    private static int status(int port, String path) throws IOException {
        HttpURLConnection asked = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        return asked.getResponseCode();
    }

    private static void assertHolds(Processor processor, Path program) throws IOException {
        List<String> natives = new ArrayList<>();
        try (Stream<Path> files = Files.list(program)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".jar")) {
                    assertThat(natives(file)).as(name).isEmpty();
                } else {
                    natives.add(name);
                    assertThat(Files.readAllBytes(file)[ELF_MACHINE] & 0xff)
                            .as(name)
                            .isEqualTo(processor.elfMachine);
                }
            }
        }
        assertThat(natives).containsExactlyInAnyOrder("libonnxruntime.so", "libonnxruntime4j_jni.so");
        assertThat(program.resolve("edge-agent.jar")).isRegularFile();
    }

    private static List<String> natives(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.matches(".*\\.(so|dylib|jnilib|dll)"))
                    .toList();
        }
    }

    private static void assumeTool(String name) throws IOException, InterruptedException {
        boolean there = new ProcessBuilder("sh", "-c", "command -v " + name)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
        assumeTrue(there, name + " is not installed here");
    }

    private Process process(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
        return said;
    }
}
