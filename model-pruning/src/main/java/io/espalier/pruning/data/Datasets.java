package io.espalier.pruning.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Opens data sets, whatever their format; the format is recognised from the content. */
public final class Datasets {
    private static final List<DatasetFormat> FORMATS = List.of(new IdxFormat(), new NpzFormat(), new ImageFolder());

    private Datasets() {}

    /** Reads the whole data set at {@code path}, a folder or a zip archive; throws {@link DatasetException}. */
    public static Dataset open(Path path, DatasetOptions options) {
        try (FileTree files = tree(path)) {
            List<String> names = files.files();
            Optional<DatasetFormat> format = format(names);
            if (format.isPresent()) {
                return format.get().read(files, options);
            }
            throw new DatasetException(files.name() + (names.isEmpty() ? " holds no files" : " holds no known data set")
                    + ": give a folder or zip of the four IDX files (train-images-idx3-ubyte, ..., plain or .gz), a"
                    + " folder or zip of images (train/<class>/ and test/<class>/ with .jpg, .jpeg, .png or .bmp), or an .npz file with"
                    + " x_train, y_train, x_test and y_test");
        } catch (IOException e) {
            throw new DatasetException("Cannot read " + path.getFileName() + ": " + e.getMessage(), e);
        }
    }

    /** Whether reading it means to decode images, which {@link DatasetOptions#cacheFolder} keeps. */
    public static boolean isOfImages(Path path) {
        try (FileTree files = tree(path)) {
            return format(files.files()).filter(ImageFolder.class::isInstance).isPresent();
        } catch (IOException | DatasetException e) {
            return false; // What cannot be read is told by whoever opens it.
        }
    }

    private static Optional<DatasetFormat> format(List<String> files) {
        return FORMATS.stream().filter(each -> each.recognises(files)).findFirst();
    }

    private static FileTree tree(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return new FolderTree(path);
        }
        if (!Files.isRegularFile(path)) {
            throw new DatasetException("There is no data set at " + path);
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] magic = in.readNBytes(4);
            if (magic.length == 4 && magic[0] == 'P' && magic[1] == 'K') {
                return new ZipTree(path);
            }
        }
        throw new DatasetException(path.getFileName() + " is neither a folder nor a zip archive (.npz is one):"
                + " for IDX files give the folder that holds all four, or a zip of it");
    }
}
