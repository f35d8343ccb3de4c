package io.espalier.controller.upgrade;

import io.espalier.controller.artifact.ArtifactPart;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;

/**
 * Takes the agent's program out of the archive that {@code ./espalier package} makes: what lies in its folder {@code program}.
 * The launcher, the unit and the settings beside it come with packages only.
 */
public final class ProgramArchive {
    static final String MAIN = "edge-agent.jar";
    private static final String MAIN_CLASS = "io/espalier/agent/AgentMain.class";
    private static final String FOLDER = "program";
    private static final int DEPTH = 3;
    private static final int MOST_ENTRIES = 1000;
    private static final int MOST_FILES = 200;
    private static final int MOST_MANIFEST_BYTES = 64 * 1024;
    private static final int BUFFER_BYTES = 64 * 1024;
    /** What agents take: names of {@code ManifestCheck} there. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}");

    private ProgramArchive() {}

    /** A program as it lies on disk; the main jar comes first, the others in the order of their names. */
    public record Unpacked(String version, String arch, List<ArtifactPart> files) {
        public Unpacked {
            files = List.copyOf(files);
        }
    }

    /**
     * Unpacks into a folder that is there and empty.
     *
     * @param mostBytes of all files together
     */
    public static Unpacked unpack(Path archive, Path folder, long mostBytes)
            throws IOException, UnusableProgramException {
        List<ArtifactPart> files;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES)) {
            files = files(new TarReader(new GZIPInputStream(in, BUFFER_BYTES)), folder, mostBytes);
        } catch (ZipException | EOFException e) {
            throw new UnusableProgramException("it cannot be unpacked as a .tar.gz (" + e.getMessage() + ")");
        }
        files.sort(Comparator.comparing((ArtifactPart part) -> !part.name().equals(MAIN))
                .thenComparing(ArtifactPart::name));
        if (files.isEmpty() || !files.get(0).name().equals(MAIN)) {
            throw new UnusableProgramException(
                    "it has no file */" + FOLDER + "/" + MAIN + ": upload the .tar.gz that ./espalier package makes");
        }
        return new Unpacked(version(files.get(0).file()), arch(files), files);
    }

    private static List<ArtifactPart> files(TarReader tar, Path folder, long mostBytes)
            throws IOException, UnusableProgramException {
        List<ArtifactPart> files = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>();
        long left = mostBytes;
        int entries = 0;
        for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
            require(++entries <= MOST_ENTRIES, "it has more than " + MOST_ENTRIES + " entries");
            left -= entry.sizeBytes();
            require(left >= 0, "its files have more than " + mostBytes + " bytes together");
            String[] path = entry.name().split("/", -1);
            if (!entry.isFile() || path.length != DEPTH || !path[1].equals(FOLDER)) {
                continue;
            }
            String name = path[DEPTH - 1];
            require(NAME.matcher(name).matches(), "file name \"" + name + "\" is not legal");
            require(names.add(name), "file \"" + name + "\" occurs twice");
            require(names.size() <= MOST_FILES, "it has more than " + MOST_FILES + " files");
            Path file = folder.resolve(name);
            write(tar, file);
            files.add(new ArtifactPart(name, file));
        }
        return files;
    }

    private static void write(TarReader tar, Path file) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
    }

    private static String version(Path jar) throws IOException, UnusableProgramException {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            require(file.getEntry(MAIN_CLASS) != null, MAIN + " has no " + MAIN_CLASS + ": it is not the agent");
            String version = manifest(file).getMainAttributes().getValue("Implementation-Version");
            require(
                    version != null && VERSION.matcher(version).matches(),
                    MAIN + " says no usable Implementation-Version, got \"" + version + "\"");
            return version == null ? "" : version;
        } catch (ZipException | EOFException e) {
            throw new UnusableProgramException(MAIN + " is no jar (" + e.getMessage() + ")");
        }
    }

    private static Manifest manifest(JarFile file) throws IOException, UnusableProgramException {
        ZipEntry entry = file.getEntry(JarFile.MANIFEST_NAME);
        if (entry == null) {
            return new Manifest();
        }
        byte[] content;
        try (InputStream in = file.getInputStream(entry)) {
            content = in.readNBytes(MOST_MANIFEST_BYTES);
        }
        try {
            return new Manifest(new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new UnusableProgramException(MAIN + " has a manifest that cannot be read (" + e.getMessage() + ")");
        }
    }

    private static String arch(List<ArtifactPart> files) throws IOException, UnusableProgramException {
        TreeSet<String> found = new TreeSet<>();
        for (ArtifactPart part : files) {
            if (part.name().endsWith(".so")) {
                found.add(ElfFile.arch(part.file()));
            }
        }
        require(!found.isEmpty(), "it has no native library, so its processor is not known");
        require(found.size() == 1, "its libraries are for several processors: " + found);
        return found.first();
    }

    private static void require(boolean holds, String otherwise) throws UnusableProgramException {
        if (!holds) {
            throw new UnusableProgramException(otherwise);
        }
    }
}
