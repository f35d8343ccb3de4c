package io.espalier.pruning.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One array of NumPy's .npy format, read row by row (a row is everything behind the first dimension).
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the format</a>
 */
final class NpyArray implements AutoCloseable {
    private static final Pattern DTYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-z])(\\d+)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*True");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");
    private static final Pattern EXTENT = Pattern.compile("(\\d{1,10})L?");
    private static final int MAX_HEADER_BYTES = 1 << 16;

    private final String name;
    private final DataInputStream in;
    private final ByteOrder order;
    private final String type;
    private final List<Long> shape;
    private final ByteBuffer row;

    NpyArray(String name, InputStream stream, long maxRowValues) throws IOException {
        this.name = name;
        this.in = new DataInputStream(new BufferedInputStream(stream, 1 << 16));
        String header = header();
        Matcher dtype = DTYPE.matcher(header);
        Matcher dimensions = SHAPE.matcher(header);
        if (!dtype.find() || !dimensions.find()) {
            throw new DatasetException(name + " has a header this reader does not know: " + header.strip()
                    + ". Save it as uint8 or float32");
        }
        if (FORTRAN.matcher(header).find()) {
            throw new DatasetException(name + " is in Fortran order: save it with numpy.ascontiguousarray(x)");
        }
        this.order = dtype.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        this.type = dtype.group(2) + dtype.group(3);
        this.shape = shape(name, dimensions.group(1));
        this.row = ByteBuffer.allocate(rowValues(maxRowValues) * valueBytes()).order(order);
    }

    private int rowValues(long most) {
        long values = 1;
        for (long dimension : shape.subList(1, shape.size())) {
            values *= dimension;
            if (values < 1 || values > most) {
                throw new DatasetException(
                        name + " has the shape " + shape + ": a row of it must have from 1 to " + most + " values");
            }
        }
        return (int) values;
    }

    /** Dimensions, at least one. */
    List<Long> shape() {
        return shape;
    }

    boolean isBytes() {
        return type.equals("u1");
    }

    byte[] nextBytes() throws IOException {
        fill();
        return row.array().clone();
    }

    float[] nextFloats() throws IOException {
        fill();
        float[] values = new float[row.capacity() / valueBytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) value(i);
        }
        return values;
    }

    private void fill() throws IOException {
        try {
            in.readFully(row.array());
        } catch (EOFException e) {
            throw new DatasetException(
                    name + " ends before its " + shape.get(0) + " rows are complete: copy or save it again", e);
        }
    }

    private double value(int index) {
        return switch (type) {
            case "u1" -> row.get(index) & 255;
            case "i1", "b1" -> row.get(index);
            case "u2" -> row.getShort(2 * index) & 0xffff;
            case "i2" -> row.getShort(2 * index);
            case "u4" -> row.getInt(4 * index) & 0xffffffffL;
            case "i4" -> row.getInt(4 * index);
            case "u8", "i8" -> row.getLong(8 * index);
            case "f4" -> row.getFloat(4 * index);
            case "f8" -> row.getDouble(8 * index);
            default -> throw unknownType();
        };
    }

    private int valueBytes() {
        return switch (type) {
            case "u1", "i1", "b1" -> 1;
            case "u2", "i2" -> 2;
            case "u4", "i4", "f4" -> 4;
            case "u8", "i8", "f8" -> 8;
            default -> throw unknownType();
        };
    }

    private DatasetException unknownType() {
        return new DatasetException(name + " has the type '" + type + "': save it as uint8 or float32");
    }

    private String header() throws IOException {
        try {
            byte[] start = new byte[8];
            in.readFully(start);
            if (start[0] != (byte) 0x93 || start[1] != 'N' || start[5] != 'Y') {
                throw new DatasetException(name + " is not a NumPy array: save it with numpy.savez");
            }
            int length = start[6] == 1
                    ? Short.toUnsignedInt(Short.reverseBytes(in.readShort()))
                    : Integer.reverseBytes(in.readInt());
            if (length < 0 || length > MAX_HEADER_BYTES) {
                throw new DatasetException(
                        name + " claims a header of " + length + " bytes: it is damaged, copy or save it again");
            }
            return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        } catch (EOFException e) {
            throw new DatasetException(name + " ends within its header: copy or save it again", e);
        }
    }

    private static List<Long> shape(String name, String text) {
        List<Long> dimensions = new ArrayList<>();
        for (String part : text.split(",")) {
            Matcher extent = EXTENT.matcher(part.strip());
            if (extent.matches()) {
                dimensions.add(Long.parseLong(extent.group(1)));
            } else if (!part.isBlank()) {
                throw new DatasetException(name + " has the shape (" + text + "), and " + part.strip()
                        + " is no extent an array can have: save it again with numpy");
            }
        }
        return dimensions.isEmpty() ? List.of(1L) : dimensions;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
