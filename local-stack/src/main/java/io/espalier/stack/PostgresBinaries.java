package io.espalier.stack;

import io.espalier.host.Folders;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * An unpacked PostgreSQL.
 *
 * @param home the folder that holds {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path home) {
    private static final Pattern NOT_NEEDED = Pattern.compile(".*\\.a|share/(doc|man|locale)/.*|include/.*");

    /**
     * Where to unpack: beside this module's build, where every stack of this build finds it again, else in
     * {@code folder}.
     */
    static Path cacheOr(Path folder) {
        try {
            URI code = PostgresBinaries.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            Path build = Path.of(code).getParent();
            if (build != null && build.endsWith("target") && Files.isWritable(build)) {
                return build.resolve("programs");
            }
        } catch (URISyntaxException | RuntimeException e) {
            // Loaded from something that is no file: there is no build to keep it beside.
        }
        return folder.resolve("programs");
    }

    /**
     * Unpacks the archive on the class path into a folder of its own under {@code cache}, or finds it there from
     * before. Of several processes one unpacks and the others wait; what a killed one left half-done is removed.
     *
     * <p><b>Cost</b>: about 60 MB and two seconds the first time.
     */
    static synchronized PostgresBinaries unpackInto(Path cache) throws IOException {
        URL archive = archive();
        // The size tells one release from another well enough, and costs nothing to learn.
        Path home = cache.resolve("postgres-" + archive.openConnection().getContentLengthLong());
        if (!Files.isDirectory(home)) {
            Files.createDirectories(cache);
            try (FileChannel channel = FileChannel.open(
                            cache.resolve("unpacking.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!Files.isDirectory(home)) {
                    unpackAlone(archive, cache.resolve("unpacking"), home);
                }
            }
        }
        return new PostgresBinaries(home);
    }

    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    private static URL archive() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch");
        String arch = machine.equals("aarch64") ? "arm_64" : machine.equals("amd64") ? "x86_64" : machine;
        String name = "/postgres-" + os + "-" + arch + ".txz";
        URL archive = PostgresBinaries.class.getResource(name);
        if (archive == null) {
            throw new StackException(
                    StackException.Kind.FAILED,
                    "There is no PostgreSQL for " + os + " on " + machine + " on the class path (" + name
                            + "): build on this kind of machine, or use a PostgreSQL of your own");
        }
        return archive;
    }

    private static void unpack(InputStream compressed, Path folder) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(compressed, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("The PostgreSQL archive names a path outside itself: " + entry.getName());
                }
                if (NOT_NEEDED.matcher(entry.getName()).matches()) {
                    continue;
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(target.resolveSibling("."));
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, target);
                    if ((entry.getMode() & 0100) != 0) {
                        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
    }

    private static void unpackAlone(URL archive, Path unfinished, Path home) throws IOException {
        Folders.delete(unfinished);
        Files.createDirectory(unfinished);
        try (InputStream in = archive.openStream()) {
            unpack(in, unfinished);
        }
        Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
    }
}
