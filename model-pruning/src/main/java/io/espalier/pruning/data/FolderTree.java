package io.espalier.pruning.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder on disk; links are not followed. */
final class FolderTree implements FileTree {
    private static final int MAX_DEPTH = 8;

    private final Path folder;
    private final SortedMap<String, String> files;
    private final String fingerprint;

    FolderTree(Path folder) {
        this.folder = folder;
        Map<String, String> fingerprints = new TreeMap<>();
        try (Stream<Path> walk = Files.find(folder, MAX_DEPTH, (path, attributes) -> attributes.isRegularFile())) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                String relative = folder.relativize(path).toString().replace('\\', '/');
                if (TreeListing.isHidden(relative)) {
                    continue;
                }
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                fingerprints.put(
                        relative,
                        attributes.size() + " " + attributes.lastModifiedTime().toMillis());
                if (fingerprints.size() > MAX_FILES) {
                    throw new DatasetException(folder + " holds more than " + MAX_FILES + " files");
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new DatasetException("Cannot list " + folder + ": is it there and readable?", e);
        }
        this.files = TreeListing.relative(fingerprints.keySet());
        this.fingerprint = TreeListing.fingerprint(fingerprints);
    }

    @Override
    public String name() {
        return folder.toString();
    }

    @Override
    public List<String> files() {
        return new ArrayList<>(files.keySet());
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
