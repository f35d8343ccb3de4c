package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.filter.PipelineFilterWithData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The HDF5 file that {@code model.save("model.h5")} of Keras 2 writes: the network as JSON in an attribute, and one group of
 * weights for each layer.
 *
 * <p>Errors: {@link KerasException} whatever is wrong with the file. Sizes that it declares are compared with limits before anything
 * of that size is made.
 */
final class KerasFile implements AutoCloseable {
    /** Larger files are refused before they are opened. */
    static final long MAX_SIZE_BYTES = 256L << 20;

    private static final long MAX_WEIGHTS = MAX_SIZE_BYTES / Float.BYTES;
    private static final int MAX_CONFIG_CHARS = 16 << 20;
    /** Long lists of names are cut in several attributes: weight_names0, weight_names1, ... */
    private static final int MAX_PARTS = 1000;
    /** What h5py offers by itself; others would run native code that nothing here has checked. */
    private static final Set<String> FILTERS = Set.of("deflate", "shuffle", "fletcher32");

    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
    private static final byte[] ZIP = {'P', 'K', 3, 4};

    private final Path path;
    private final HdfFile file;
    private long weightsRead;

    private KerasFile(Path path, HdfFile file) {
        this.path = path;
        this.file = file;
    }

    static KerasFile open(Path path) {
        byte[] start = start(path);
        if (startsWith(start, ZIP)) {
            throw new KerasException(
                    path.getFileName() + " is a zip archive, as Keras 3 writes them (.keras). Keras 3"
                            + " models are not read: export it to ONNX instead (model.export(\"model.onnx\", format=\"onnx\")).");
        }
        if (!startsWith(start, SIGNATURE)) {
            throw new KerasException(path.getFileName() + " is not an HDF5 file: it does not begin with HDF5's"
                    + " signature. Save the model with Keras 2 as model.save(\"model.h5\").");
        }
        requireSize(path);
        return whole(path, () -> new KerasFile(path, requireWhole(path, new HdfFile(path))));
    }

    /** What was cut off may be the weights or may not: nobody should have to find out. */
    private static HdfFile requireWhole(Path path, HdfFile file) {
        long declared = file.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
        if (declared > file.size()) {
            long there = file.size();
            file.close();
            throw new KerasException(path.getFileName() + " is truncated: it has " + there + " of the " + declared
                    + " bytes it declares. Copy or save it again.");
        }
        return file;
    }

    /** Whether a file begins as HDF5 does. */
    static boolean isHdf5(Path path) {
        return startsWith(start(path), SIGNATURE);
    }

    private static void requireSize(Path path) {
        try {
            long size = Files.size(path);
            if (size > MAX_SIZE_BYTES) {
                throw new KerasException(path.getFileName() + " has " + size + " bytes; Keras files of at most "
                        + MAX_SIZE_BYTES + " bytes are read. Save it without the optimizer"
                        + " (include_optimizer=False), or export it to ONNX.");
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static byte[] start(Path path) {
        try (var in = Files.newInputStream(path)) {
            return in.readNBytes(SIGNATURE.length);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static KerasException unreadable(Path path, IOException cause) {
        return new KerasException(path + " cannot be read: is it there and readable?", cause);
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    /** The network's description. */
    String config() {
        return whole(path, () -> {
            Attribute config = file.getAttribute("model_config");
            if (config == null) {
                throw new KerasException(path.getFileName() + " holds no network, only weights or something else. Save"
                        + " the whole model: model.save(\"model.h5\"), not save_weights.");
            }
            String text = text(config);
            if (text.length() > MAX_CONFIG_CHARS) {
                throw new KerasException(path.getFileName() + " describes its network in " + text.length()
                        + " characters; at most " + MAX_CONFIG_CHARS + " are read.");
            }
            return text;
        });
    }

    /** The version of Keras that wrote the file, where it says so. */
    Optional<String> version() {
        return whole(
                path,
                () -> Optional.ofNullable(file.getAttribute("keras_version")).map(KerasFile::text));
    }

    /** The weights of a layer by their plain names, such as {@code kernel}; empty where it has none. */
    Map<String, Tensor> weights(String layer) {
        return whole(path, () -> {
            Node all = file.getChildren().get("model_weights");
            if (!(all instanceof Group groups)) {
                throw new KerasException(
                        path.getFileName() + " has no group model_weights: it is no saved Keras model.");
            }
            Map<String, Tensor> weights = new LinkedHashMap<>();
            if (groups.getChildren().get(layer) instanceof Group group) {
                for (String name : names(group)) {
                    weights.put(plain(name), read(group, name));
                }
            }
            return weights;
        });
    }

    private Tensor read(Group group, String name) {
        if (!(group.getByPath(name) instanceof Dataset data)) {
            throw new KerasException("Weight " + name + " is named in the file but is not there.");
        }
        int[] dims = data.getDimensions();
        long elements = 1;
        for (int dim : dims) {
            elements *= Math.max(0, dim);
            if (elements > MAX_WEIGHTS) {
                break;
            }
        }
        weightsRead += elements;
        if (weightsRead > MAX_WEIGHTS) {
            throw new KerasException("Weight " + name + " is declared as " + Arrays.toString(dims)
                    + ": with it the model would have more than " + MAX_WEIGHTS + " weights, which is the limit.");
        }
        for (PipelineFilterWithData filter : data.getFilters()) {
            if (!FILTERS.contains(filter.getName().toLowerCase(Locale.ROOT))) {
                throw new KerasException("Weight " + name + " is compressed with " + filter.getName()
                        + "; gzip, shuffle and fletcher32 are read. Save the model again without compression.");
            }
        }
        return Tensor.ofFloats(floats(name, data.getDataFlat()), dims);
    }

    private static float[] floats(String name, Object values) {
        float[] floats;
        if (values instanceof float[] single) {
            floats = single;
        } else if (values instanceof double[] doubles) {
            floats = new float[doubles.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) doubles[i];
            }
        } else {
            throw new KerasException("Weight " + name + " does not hold floating-point numbers.");
        }
        for (float each : floats) {
            if (!Float.isFinite(each)) {
                throw new KerasException(
                        "Weight " + name + " holds " + each + ": the model was broken by its training.");
            }
        }
        return floats;
    }

    private static List<String> names(Group group) {
        List<String> names = new ArrayList<>(names(group.getAttribute("weight_names")));
        for (int part = 0; part < MAX_PARTS; part++) {
            Attribute more = group.getAttribute("weight_names" + part);
            if (more == null) {
                break;
            }
            names.addAll(names(more));
        }
        return names;
    }

    private static List<String> names(@org.jspecify.annotations.Nullable Attribute attribute) {
        if (attribute == null) {
            return List.of();
        }
        Object data = attribute.getData();
        if (data instanceof String one) {
            return List.of(one);
        }
        return data instanceof String[] several ? List.of(several) : List.of();
    }

    /** {@code conv2d/kernel:0} as {@code kernel}. */
    private static String plain(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        int colon = last.indexOf(':');
        return colon < 0 ? last : last.substring(0, colon);
    }

    private static String text(Attribute attribute) {
        Object data = attribute.getData();
        if (data instanceof String text) {
            return text;
        }
        throw new KerasException(
                "Attribute " + attribute.getName() + " is not a text: the file is no saved Keras model.");
    }

    /** The library tells of damage in many ways; to a person they are one. */
    private static <T> T whole(Path path, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (KerasException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new KerasException(
                    path.getFileName() + " is damaged or truncated: its HDF5 structure cannot be followed ("
                            + e.getMessage() + "). Copy or save it again.",
                    e);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
