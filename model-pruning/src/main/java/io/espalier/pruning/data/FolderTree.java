package io.espalier.pruning.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A folder on disk; links are not followed. */
final class FolderTree implements FileTree {
    private static final int MAX_DEPTH = 8;

    private final Path folder;
    private final SortedMap<String, String> files;
    private final List<String> folders;
    private final String fingerprint;

    FolderTree(Path folder) {
        this.folder = folder;
        Map<String, String> fingerprints = new TreeMap<>();
        Set<String> found = new TreeSet<>();
        try {
            Path root = folder.toRealPath(); // The folder itself may be a link.
            list(root, fingerprints, found);
        } catch (IOException | UncheckedIOException e) {
            throw new DatasetException("Cannot list " + folder + ": is it there and readable?", e);
        }
        this.files = TreeListing.relative(fingerprints.keySet());
        this.folders = TreeListing.relativeFolders(found, fingerprints.keySet());
        this.fingerprint = TreeListing.fingerprint(fingerprints);
    }

    private static void list(Path root, Map<String, String> fingerprints, Set<String> folders) throws IOException {
        try (Stream<Path> walk = Files.walk(root, MAX_DEPTH)) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                String relative = root.relativize(path).toString().replace('\\', '/');
                if (relative.isEmpty() || TreeListing.isHidden(relative)) {
                    continue;
                }
                BasicFileAttributes attributes =
                        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isDirectory()) {
                    folders.add(relative);
                }
                if (!attributes.isRegularFile()) {
                    continue;
                }
                fingerprints.put(
                        relative,
                        attributes.size() + " " + attributes.lastModifiedTime().toMillis());
                if (fingerprints.size() > MAX_FILES) {
                    throw new DatasetException(root + " holds more than " + MAX_FILES + " files");
                }
            }
        }
    }

    @Override
    public String name() {
        return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    }

    @Override
    public List<String> files() {
        return new ArrayList<>(files.keySet());
    }

    @Override
    public List<String> folders() {
        return folders;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public InputStream open(String file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(folder.resolve(files.getOrDefault(file, file))));
    }

    @Override
    public void close() {}
}
