package io.espalier.pruning.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.espalier.pruning.graph.InvalidModelException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a file would become in memory before it is parsed.
 *
 * <p>An empty message takes two bytes of a file and a hundred of the heap, a small number one byte and eight: a file
 * within the size limit could otherwise fill any memory. Weights are stored as they are and do not count.
 */
final class WireBudget {
    static final int MAX_FIELDS = 2_000_000;
    static final int MAX_NUMBERS = 1 << 25;

    private final CodedInputStream in;
    private long fields;
    private long numbers;

    private WireBudget(CodedInputStream in) {
        this.in = in;
    }

    /**
     * Counts a file.
     *
     * <p>Errors: {@link InvalidModelException} where there is too much, {@link InvalidProtocolBufferException} where the
     * parser would meet damage.
     */
    static void check(byte[] bytes) throws InvalidProtocolBufferException {
        try {
            new WireBudget(CodedInputStream.newInstance(bytes)).count(Message.MODEL);
        } catch (InvalidProtocolBufferException damage) {
            throw damage;
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    private void count(Message message) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (++fields > MAX_FIELDS) {
                throw tooMuch(MAX_FIELDS + " fields");
            }
            int field = WireFormat.getTagFieldNumber(tag);
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> delimited(message, field);
                case WireFormat.WIRETYPE_START_GROUP, WireFormat.WIRETYPE_END_GROUP ->
                    throw new InvalidProtocolBufferException(
                            "field " + field + " is a group, which ONNX does not have");
                default -> in.skipField(tag);
            }
        }
    }

    private void delimited(Message message, int field) throws IOException {
        int length = in.readRawVarint32();
        Message child = message.child(field);
        if (child != null) {
            int outer = in.pushLimit(length);
            count(child);
            in.popLimit(outer);
            return;
        }
        if (message.packsNumbers(field)) {
            numbers += length;
            if (numbers > MAX_NUMBERS) {
                throw tooMuch(MAX_NUMBERS + " packed numbers");
            }
        }
        in.skipRawBytes(length);
    }

    private static InvalidModelException tooMuch(String limit) {
        return new InvalidModelException("The ONNX file holds more than " + limit
                + " besides its weights; no network for a small device does. Export the model again, with weights as raw"
                + " data.");
    }

    /** The messages of the schema that hold others, each under the numbers of its fields. */
    private enum Message {
        MODEL,
        GRAPH,
        NODE,
        ATTRIBUTE,
        TENSOR,
        VALUE,
        TYPE,
        TENSOR_TYPE,
        SHAPE,
        LEAF;

        @Nullable
        Message child(int field) {
            return switch (this) {
                case MODEL -> field == 7 ? GRAPH : field == 8 || field == 14 ? LEAF : null;
                case GRAPH ->
                    switch (field) {
                        case 1 -> NODE;
                        case 5 -> TENSOR;
                        case 11, 12, 13 -> VALUE;
                        default -> null;
                    };
                case NODE -> field == 5 ? ATTRIBUTE : null;
                case ATTRIBUTE -> field == 5 ? TENSOR : null;
                case TENSOR -> field == 13 ? LEAF : null;
                case VALUE -> field == 2 ? TYPE : null;
                case TYPE -> field == 1 ? TENSOR_TYPE : null;
                case TENSOR_TYPE -> field == 2 ? SHAPE : null;
                case SHAPE -> field == 1 ? LEAF : null;
                case LEAF -> null;
            };
        }

        /** Whether the field's bytes are numbers that take more room in memory than in the file. */
        boolean packsNumbers(int field) {
            return (this == TENSOR && (field == 1 || field == 5 || field == 7 || field == 11))
                    || (this == ATTRIBUTE && field == 8);
        }
    }
}
