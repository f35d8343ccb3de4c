package io.espalier.stack;

import io.espalier.host.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * PostgreSQL's files, ready for a server to start on them.
 *
 * @param data what PostgreSQL calls its data directory
 * @param password of the user {@link #USER}, made once
 */
record PostgresCluster(PostgresBinaries binaries, Path data, String password) {
    static final String USER = "espalier";

    private static final boolean AS_ROOT = System.getProperty("user.name").equals("root");

    /** PostgreSQL refuses to run as root; in a user namespace of its own root's process sees itself as nobody. */
    private static final List<String> OWN_USER_NAMESPACE = List.of("unshare", "--user");

    /**
     * Makes the files the first time; later stops a PostgreSQL that a killed stack left behind on them. Only for the
     * holder of the folder's lock.
     */
    static PostgresCluster prepare(PostgresBinaries binaries, Path folder, Path log)
            throws IOException, InterruptedException {
        Path data = folder.resolve("data").toAbsolutePath();
        Path passwordFile = folder.resolve("password");
        if (Files.isDirectory(data)) {
            Postmaster.reap(data);
        } else {
            requireUserNamespaces();
            Files.createDirectories(folder);
            removeUnfinished(folder);
            writePrivately(passwordFile, newPassword());
            initialise(binaries, folder, passwordFile, data, log);
        }
        return new PostgresCluster(
                binaries, data, Files.readString(passwordFile).strip());
    }

    /** The command line of one of PostgreSQL's programs. */
    List<String> command(String program, String... arguments) {
        return command(binaries, program, arguments);
    }

    /** A start that is killed half-way leaves nothing that looks finished: the folder gets its name at the end. */
    private static void initialise(PostgresBinaries binaries, Path folder, Path passwordFile, Path data, Path log)
            throws IOException, InterruptedException {
        Path unfinished = Files.createTempDirectory(folder, "unfinished-");
        Process initdb = new ProcessBuilder(command(
                        binaries,
                        "initdb",
                        "--pgdata=" + unfinished,
                        "--username=" + USER,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--wal-segsize=4",
                        "--no-instructions",
                        "--no-sync"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        int exitCode = initdb.waitFor();
        if (exitCode != 0) {
            throw new StackException(
                    StackException.Kind.FAILED,
                    "PostgreSQL's initdb ended with exit code " + exitCode + " in " + folder + "; see " + log);
        }
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> command(PostgresBinaries binaries, String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (AS_ROOT) {
            command.addAll(OWN_USER_NAMESPACE);
        }
        command.add(binaries.program(program));
        command.addAll(List.of(arguments));
        return command;
    }

    private static void requireUserNamespaces() throws InterruptedException {
        if (!AS_ROOT) {
            return;
        }
        List<String> trial = new ArrayList<>(OWN_USER_NAMESPACE);
        trial.add("true");
        String problem;
        try {
            int exitCode = new ProcessBuilder(trial)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exitCode == 0) {
                return;
            }
            problem = "exit code " + exitCode;
        } catch (IOException e) {
            problem = String.valueOf(e.getMessage());
        }
        throw new StackException(
                StackException.Kind.FAILED,
                "PostgreSQL refuses to run as root, and this system grants it no user namespace ("
                        + String.join(" ", trial) + ": " + problem + "): start the stack as an ordinary user");
    }

    private static void removeUnfinished(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                if (entry.getFileName().toString().startsWith("unfinished-")) {
                    Folders.delete(entry);
                }
            }
        }
    }

    private static String newPassword() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static void writePrivately(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text + "\n");
    }
}
