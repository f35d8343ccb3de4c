package io.espalier.agent.inference;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Unpacks ONNX Runtime's libraries once into the state directory. Left alone, it unpacks 28 MB into the temporary folder at each
 * start and leaves them there when killed.
 */
final class NativeLibraries {
    private static final String[] NAMES = {"onnxruntime", "onnxruntime4j_jni"};

    private NativeLibraries() {}

    /** Does nothing on a platform it does not know, or where a path was given: ONNX Runtime then finds its own way. */
    static void unpackInto(Path folder) throws IOException {
        if (System.getProperty("onnxruntime.native.path") != null) {
            return;
        }
        for (String name : NAMES) {
            String library = System.mapLibraryName(name);
            URL resource = NativeLibraries.class.getResource("/ai/onnxruntime/native/" + platform() + "/" + library);
            if (resource == null) {
                return;
            }
            unpack(resource, folder.resolve(library));
        }
        System.setProperty("onnxruntime.native.path", folder.toString());
    }

    private static void unpack(URL resource, Path target) throws IOException {
        URLConnection connection = resource.openConnection();
        if (Files.exists(target) && Files.size(target) == connection.getContentLengthLong()) {
            return;
        }
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        try (InputStream in = connection.getInputStream()) {
            Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
            sync(temporary); // Of a file that is as long as it should be, nothing more is asked at the next start.
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static String platform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "");
        String system = os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux";
        return system + "-" + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
    }
}
