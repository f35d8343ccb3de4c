package io.espalier.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What was asked for on the command line.
 *
 * @param seeds how often work that depends on chance is done, each time with another seed
 * @param data the folder with {@code mnist}, {@code cifar10-jpeg.zip} and {@code models}
 * @param folder where results and trained models are kept between runs
 */
public record Setting(int seeds, Optional<Path> data, Path folder) {
    public Setting {
        if (seeds < 1 || seeds > 20) {
            throw new IllegalArgumentException("--seeds " + seeds + ": from 1 to 20 are allowed");
        }
    }

    /** 1 to {@link #seeds}. */
    public IntStream eachSeed() {
        return IntStream.rangeClosed(1, seeds);
    }

    /** Throws {@link MissingDataException} where it is not there. */
    public Path data(String name) {
        Path root = data.orElseThrow(() -> new MissingDataException("This benchmark needs real data: name the folder"
                + " that holds " + name + " with --data or the environment variable ESPALIER_DATA"));
        Path file = root.resolve(name);
        if (!Files.exists(file)) {
            throw new MissingDataException("There is no " + name + " in " + root);
        }
        return file;
    }

    /** Real data is not where it was said to be. */
    static final class MissingDataException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MissingDataException(String message) {
            super(message);
        }
    }
}
