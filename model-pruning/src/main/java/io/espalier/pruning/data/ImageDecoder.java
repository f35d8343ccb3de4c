package io.espalier.pruning.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes images on all processors; an image of another size than the first is refused by name. */
final class ImageDecoder {
    private static final int MAX_FILE_BYTES = 32 << 20;

    private final FileTree files;
    private final DatasetOptions options;

    ImageDecoder(FileTree files, DatasetOptions options) {
        this.files = files;
        this.options = options;
    }

    /** Shape of the sample this image becomes. */
    SampleShape shapeOf(String file) throws IOException {
        BufferedImage image = image(file);
        SampleShape expected = options.expected();
        int channels = expected != null && (expected.channels() == 1 || expected.channels() == 3)
                ? expected.channels()
                : image.getColorModel().getNumColorComponents() == 1 ? 1 : 3;
        return new SampleShape(channels, image.getHeight(), image.getWidth());
    }

    ByteSamples decode(List<String> images, int[] labels, SampleShape shape) {
        byte[][] values = new byte[images.size()][];
        IntStream.range(0, values.length).parallel().forEach(i -> values[i] = values(images.get(i), shape));
        return new ByteSamples(shape, values, labels);
    }

    private byte[] values(String file, SampleShape shape) {
        BufferedImage image;
        try {
            image = image(file);
        } catch (IOException e) {
            throw new DatasetException(file + " in " + files.name() + " cannot be read: " + e.getMessage(), e);
        }
        if (image.getWidth() != shape.width() || image.getHeight() != shape.height()) {
            throw new DatasetException(file + " is " + image.getHeight() + "x" + image.getWidth()
                    + " (height x width), but the first image is " + shape.height() + "x" + shape.width()
                    + ": all images must have one size");
        }
        int area = shape.height() * shape.width();
        byte[] planar = new byte[shape.values()];
        if (image.getType() == BufferedImage.TYPE_BYTE_GRAY) {
            // Read as stored: getRGB would convert from a linear grey.
            byte[] grey = (byte[]) image.getRaster().getDataElements(0, 0, shape.width(), shape.height(), null);
            for (int c = 0; c < shape.channels(); c++) {
                System.arraycopy(grey, 0, planar, c * area, area);
            }
            return planar;
        }
        int[] rgb = image.getRGB(0, 0, shape.width(), shape.height(), null, 0, shape.width());
        for (int p = 0; p < area; p++) {
            int red = rgb[p] >> 16 & 255;
            int green = rgb[p] >> 8 & 255;
            int blue = rgb[p] & 255;
            if (shape.channels() == 1) {
                planar[p] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
            } else {
                planar[p] = (byte) red;
                planar[area + p] = (byte) green;
                planar[2 * area + p] = (byte) blue;
            }
        }
        return planar;
    }

    private BufferedImage image(String file) throws IOException {
        byte[] bytes = files.read(file, MAX_FILE_BYTES);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DatasetException(file + " in " + files.name() + " is not an image that can be read");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                // Checked before the pixels are decoded: a small file can claim to be an enormous image.
                new SampleShape(3, reader.getHeight(0), reader.getWidth(0));
                return reader.read(0);
            } catch (IOException | RuntimeException e) {
                throw e instanceof DatasetException known
                        ? known
                        : new DatasetException(file + " in " + files.name() + " cannot be decoded: " + e, e);
            } finally {
                reader.dispose();
            }
        }
    }
}
