package io.espalier.pruning.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/** Decodes images on all processors; one of another size than the first, or a damaged one, is refused by name. */
final class ImageDecoder {
    private static final int MAX_FILE_BYTES = 32 << 20;

    private final FileTree files;
    private final String first;
    private final SampleShape shape;

    private ImageDecoder(FileTree files, String first, SampleShape shape) {
        this.files = files;
        this.first = first;
        this.shape = shape;
    }

    /** Decodes images that have the size of the first; grey or colour as is expected, else as the first is. */
    static ImageDecoder like(String first, FileTree files, DatasetOptions options) throws IOException {
        BufferedImage image = image(files, first);
        SampleShape expected = options.expected();
        int channels = expected != null && (expected.channels() == 1 || expected.channels() == 3)
                ? expected.channels()
                : image.getColorModel().getNumColorComponents() == 1 ? 1 : 3;
        return new ImageDecoder(files, first, new SampleShape(channels, image.getHeight(), image.getWidth()));
    }

    /** Of every sample. */
    SampleShape shape() {
        return shape;
    }

    ByteSamples decode(List<String> images, int[] labels) {
        byte[][] values = new byte[images.size()][];
        IntStream.range(0, values.length).parallel().forEach(i -> values[i] = values(images.get(i)));
        return new ByteSamples(shape, values, labels);
    }

    private byte[] values(String file) {
        BufferedImage image;
        try {
            image = image(files, file);
        } catch (IOException e) {
            throw new DatasetException(file + " in " + files.name() + " cannot be read: " + e.getMessage(), e);
        }
        if (image.getWidth() != shape.width() || image.getHeight() != shape.height()) {
            throw new DatasetException(file + " is " + image.getHeight() + "x" + image.getWidth()
                    + " (height x width), but the first image, " + first + ", is " + shape.height() + "x"
                    + shape.width() + ": all images must have one size");
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

    private static BufferedImage image(FileTree files, String file) throws IOException {
        byte[] bytes = files.read(file, MAX_FILE_BYTES);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DatasetException(
                        file + " in " + files.name() + " is not an image that can be read: replace or remove it");
            }
            ImageReader reader = readers.next();
            try {
                List<String> damages = new ArrayList<>();
                reader.addIIOReadWarningListener((source, warning) -> damages.add(warning));
                reader.setInput(in, true, true);
                // Checked before the pixels are decoded: a small file can claim to be an enormous image.
                new SampleShape(3, reader.getHeight(0), reader.getWidth(0));
                BufferedImage image = reader.read(0);
                // The reader only warns of a JPEG that ends too soon, and makes the rest of it grey.
                damages.stream().filter(ImageDecoder::losesPixels).findFirst().ifPresent(damage -> {
                    throw damaged(files, file, damage, null);
                });
                return image;
            } catch (DatasetException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                throw damaged(files, file, e.getMessage() == null ? e.toString() : e.getMessage(), e);
            } finally {
                reader.dispose();
            }
        }
    }

    private static boolean losesPixels(String warning) {
        return warning.contains("Truncated") || warning.contains("Corrupt");
    }

    private static DatasetException damaged(FileTree files, String file, String how, @Nullable Throwable cause) {
        String message =
                file + " in " + files.name() + " is a damaged image (" + how + "): save it again, or remove it";
        return cause == null ? new DatasetException(message) : new DatasetException(message, cause);
    }
}
