package io.espalier.pruning.data;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How to read a data set.
 *
 * @param expected shape the samples should have; decides between colour and grey where images allow both
 * @param cacheFolder where decoded images are kept between runs, keyed by the content they came from; none: no cache
 * @param maxBytes limit of the memory that samples may take
 * @param splitSeed decides which fifth is held out where the data has no test part of its own
 * @param labelled whether samples must have labels; otherwise labels are not looked for, and those there are not read
 */
public record DatasetOptions(
        @Nullable SampleShape expected, @Nullable Path cacheFolder, long maxBytes, long splitSeed, boolean labelled) {
    public static final long DEFAULT_MAX_BYTES = 1L << 30;

    public static DatasetOptions defaults() {
        return new DatasetOptions(null, null, DEFAULT_MAX_BYTES, 7, true);
    }

    public DatasetOptions expecting(@Nullable SampleShape shape) {
        return new DatasetOptions(shape, cacheFolder, maxBytes, splitSeed, labelled);
    }

    public DatasetOptions cachingIn(@Nullable Path folder) {
        return new DatasetOptions(expected, folder, maxBytes, splitSeed, labelled);
    }

    public DatasetOptions withoutLabels() {
        return new DatasetOptions(expected, cacheFolder, maxBytes, splitSeed, false);
    }

    /** Throws where {@code count} samples of {@code bytesEach} would take more memory than allowed. */
    void requireRoom(String what, long count, long bytesEach) {
        if (count * bytesEach > maxBytes) {
            throw new DatasetException(what + " holds " + count + " samples of " + bytesEach + " bytes, "
                    + mebibytes(count * bytesEach) + " MiB in memory; the limit is " + mebibytes(maxBytes)
                    + " MiB: give fewer or smaller samples");
        }
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
