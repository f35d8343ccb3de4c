package io.espalier.pruning.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A zip archive, read in place: nothing is unpacked to disk, so no name in it can reach outside. */
final class ZipTree implements FileTree {
    private final Path archive;
    private final ZipFile zip;
    private final SortedMap<String, String> files;
    private final List<String> folders;
    private final String fingerprint;

    ZipTree(Path archive) {
        this.archive = archive;
        try {
            this.zip = new ZipFile(archive.toFile());
        } catch (IOException e) {
            throw new DatasetException("Cannot read " + name() + " as a zip archive: is it complete?", e);
        }
        try {
            if (zip.size() > MAX_FILES) {
                throw new DatasetException(name() + " holds more than " + MAX_FILES + " files");
            }
            Map<String, String> fingerprints = new TreeMap<>();
            Set<String> found = new TreeSet<>();
            zip.stream().forEach(entry -> {
                String path = entry.getName();
                if (path.startsWith("/")
                        || path.contains("\\")
                        || List.of(path.split("/", -1)).contains("..")) {
                    throw new DatasetException(name() + " holds the unsafe name '" + path
                            + "', which points outside the archive: pack it again with plain relative names");
                }
                if (TreeListing.isHidden(path)) {
                    return;
                }
                if (entry.isDirectory()) {
                    found.add(path.substring(0, path.length() - 1));
                } else {
                    fingerprints.put(path, entry.getSize() + " " + entry.getCrc());
                }
            });
            this.files = TreeListing.relative(fingerprints.keySet());
            this.folders = TreeListing.relativeFolders(found, fingerprints.keySet());
            this.fingerprint = TreeListing.fingerprint(fingerprints);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public String name() {
        return String.valueOf(archive.getFileName());
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
        ZipEntry entry = zip.getEntry(files.getOrDefault(file, file));
        if (entry == null) {
            throw new FileNotFoundException(file + " in " + archive);
        }
        return zip.getInputStream(entry);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new DatasetException("Cannot close " + archive, e);
        }
    }
}
