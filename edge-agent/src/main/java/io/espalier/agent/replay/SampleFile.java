package io.espalier.agent.replay;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.proto.v1.Sample;
import io.espalier.proto.v1.Samples;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** A file with one {@code Samples} message, length-delimited or not, read a sample at a time: it may exceed the heap. */
public final class SampleFile {
    private static final int SAMPLE_TAG = Samples.SAMPLES_FIELD_NUMBER << 3 | 2;

    private final ByteBuffer content;
    private int[] offsets = new int[1024];
    private int[] lengths = new int[1024];
    private int count;

    private SampleFile(ByteBuffer content) {
        this.content = content;
    }

    /** Throws where the file cannot be read, is over 2 GiB or holds no samples. */
    public static SampleFile open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            SampleFile file = new SampleFile(content);
            if (!file.index(0) && !file.index(file.delimiterBytes())) {
                throw new IOException(path + " is not a file of samples: expected one Samples protobuf message");
            }
            return file;
        } catch (IllegalArgumentException e) {
            throw new IOException(path + " is larger than 2 GiB", e);
        }
    }

    /** Notes where each sample lies; false where the bytes from {@code start} on are not a list of samples. */
    private boolean index(int start) throws IOException {
        count = 0;
        CodedInputStream in =
                CodedInputStream.newInstance(content.duplicate().position(start).slice());
        try {
            while (!in.isAtEnd()) {
                if (in.readTag() != SAMPLE_TAG) {
                    return false;
                }
                int length = in.readRawVarint32();
                add(start + in.getTotalBytesRead(), length);
                in.skipRawBytes(length);
            }
            return count > 0;
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private int delimiterBytes() throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(content.duplicate());
        if (in.isAtEnd()) {
            return 0;
        }
        try {
            in.readRawVarint32();
            return in.getTotalBytesRead();
        } catch (InvalidProtocolBufferException e) {
            return 0;
        }
    }

    private void add(int offset, int length) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        offsets[count] = offset;
        lengths[count++] = length;
    }

    public int size() {
        return count;
    }

    public Sample get(int index) throws InvalidProtocolBufferException {
        return Sample.parseFrom(content.slice(offsets[index], lengths[index]));
    }
}
