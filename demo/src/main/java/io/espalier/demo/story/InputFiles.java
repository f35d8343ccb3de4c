package io.espalier.demo.story;

import io.espalier.demo.drawing.DrawnDataSet;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Brings the story's data and model into the form that is uploaded, each in one file. */
final class InputFiles {
    private static final String BUNDLED_MODEL = "/io/espalier/demo/bundled-cnn.onnx";

    private final Path folder;

    InputFiles(Path folder) {
        this.folder = folder;
    }

    /** Draws the demo's data set, or packs the user's folder, or takes the user's file as it is. */
    Path dataSet(StoryInput input) throws IOException {
        if (input.data().isEmpty()) {
            Path drawn = folder.resolve("drawn-figures.zip");
            if (!Files.exists(drawn)) {
                DrawnDataSet.DEMO.writeZip(drawn);
            }
            return drawn;
        }
        Path data = input.data().get();
        return Files.isDirectory(data) ? zipped(data) : data;
    }

    Path model(StoryInput input) throws IOException {
        if (input.model().isPresent()) {
            return input.model().get();
        }
        Path model = folder.resolve("bundled-cnn.onnx");
        try (InputStream bundled = InputFiles.class.getResourceAsStream(BUNDLED_MODEL)) {
            if (bundled == null) {
                throw new FileNotFoundException(BUNDLED_MODEL + " is missing from the program; build it again");
            }
            Files.copy(bundled, model, StandardCopyOption.REPLACE_EXISTING);
        }
        return model;
    }

    private Path zipped(Path data) throws IOException {
        Path zip = folder.resolve("data.zip");
        Path part = folder.resolve("data.zip.part");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(data)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        if (files.isEmpty()) {
            throw new FileNotFoundException("There is no file in " + data
                    + "; --data wants IDX files, a folder of image folders, or a zip or NPZ file");
        }
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
            out.setLevel(1);
            for (Path file : files) {
                String name = data.relativize(file).toString().replace('\\', '/');
                out.putNextEntry(new ZipEntry(name));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        Files.move(part, zip, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return zip;
    }
}
