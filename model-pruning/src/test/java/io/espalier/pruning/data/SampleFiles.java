package io.espalier.pruning.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** Writes small data set files of every format. */
public final class SampleFiles {
    private SampleFiles() {}

    /** Images of height x width, where pixel p of image i is i * 10 + p. */
    public static byte[] idxImages(int count, int height, int width) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x0803);
        out.writeInt(count);
        out.writeInt(height);
        out.writeInt(width);
        for (int i = 0; i < count; i++) {
            for (int p = 0; p < height * width; p++) {
                out.write(i * 10 + p);
            }
        }
        return bytes.toByteArray();
    }

    public static byte[] idxLabels(int... labels) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x0801);
        out.writeInt(labels.length);
        for (int label : labels) {
            out.write(label);
        }
        return bytes.toByteArray();
    }

    /** Three training and two test images of 2x3. */
    public static void idxFolder(Path folder) throws IOException {
        Files.write(folder.resolve("train-images-idx3-ubyte"), idxImages(3, 2, 3));
        Files.write(folder.resolve("train-labels-idx1-ubyte"), idxLabels(0, 1, 2));
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), idxImages(2, 2, 3));
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), idxLabels(2, 0));
    }

    public static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    /** A .npy array of a type of one byte. */
    public static byte[] npy(String type, String shape, byte[] values) throws IOException {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0x93);
        bytes.writeBytes("NUMPY".getBytes(StandardCharsets.US_ASCII));
        bytes.write(1);
        bytes.write(0);
        bytes.write(header.length());
        bytes.write(0);
        bytes.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(values);
        return bytes.toByteArray();
    }

    public static void zip(Path file, Map<String, byte[]> entries) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
    }

    /** A picture of one colour. */
    public static byte[] png(int width, int height, int rgb) throws IOException {
        return picture("png", width, height, rgb);
    }

    /** A picture of one brightness, without colours. */
    public static byte[] greyPng(int width, int height, int brightness) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getRaster().setSample(x, y, 0, brightness);
            }
        }
        return encoded(image, "png");
    }

    /** A photograph of one colour. */
    public static byte[] jpeg(int width, int height, int rgb) throws IOException {
        return picture("jpg", width, height, rgb);
    }

    private static byte[] picture(String format, int width, int height, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
        return encoded(image, format);
    }

    private static byte[] encoded(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, format, bytes);
        return bytes.toByteArray();
    }
}
