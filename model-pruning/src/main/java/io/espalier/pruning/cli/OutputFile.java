package io.espalier.pruning.cli;

import io.espalier.host.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A file that a person asked for by name. Whether it can be written is found out before the work starts: a report that
 * cannot be kept after an hour of training helps nobody.
 */
record OutputFile(Path path) {

    /**
     * Checks a path and writes nothing to it.
     *
     * @param option as the person gave it, such as {@code --report}
     * @param inputs files that must not be written over
     */
    static OutputFile checked(String option, Path path, List<Path> inputs) {
        Path absolute = path.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        if (folder == null || Files.isDirectory(absolute)) {
            throw refused(option, path + " is a folder: name a file in it");
        }
        if (!Files.isDirectory(folder)) {
            throw refused(option, "there is no folder " + folder + " to write " + path + " to: make it first");
        }
        try {
            for (Path input : inputs) {
                if (Files.exists(absolute) && Files.exists(input) && Files.isSameFile(absolute, input)) {
                    throw refused(option, path + " is an input of this run: name another file");
                }
            }
            Files.delete(Files.createTempFile(folder, ".espalier", ".part"));
        } catch (IOException e) {
            throw refused(
                    option,
                    path + " cannot be made: the folder " + folder + " takes no files (" + FileTrouble.inWords(e)
                            + "): name a file in one where you may write");
        }
        if (Files.exists(absolute) && !Files.isWritable(absolute)) {
            throw refused(option, path + " is there already and cannot be written over");
        }
        return new OutputFile(path);
    }

    /** Writes it whole or not at all. */
    void write(byte[] content) {
        Path absolute = path.toAbsolutePath().normalize();
        new JobFolder(Objects.requireNonNull(absolute.getParent()))
                .write(Objects.requireNonNull(absolute.getFileName()).toString(), content);
    }

    private static InvalidInputException refused(String option, String why) {
        return new InvalidInputException(option + " cannot be used", why);
    }
}
