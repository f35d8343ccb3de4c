package io.espalier.faults.cases;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.pruning.data.DatasetException;
import io.espalier.pruning.data.DatasetOptions;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.onnx.proto.GraphProto;
import io.espalier.pruning.onnx.proto.ModelProto;
import io.espalier.pruning.onnx.proto.NodeProto;
import io.espalier.pruning.onnx.proto.StringStringEntryProto;
import io.espalier.pruning.onnx.proto.TensorProto;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** Files that somebody made to do harm. What reads them says what is wrong, and does no more than that. */
public final class HostileInputCases implements CaseSource {
    private static final String GROUP = "Hostile input";
    private static final int MANY_FIELDS = 2_000_001;
    private static final long BOMB_BYTES = 2L << 30;
    private static final int COPY_BYTES = 1 << 20;

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(
                model("ONNX external data that points outside", HostileInputCases::externalData, "external data"),
                model("ONNX protobuf bomb", HostileInputCases::manyFields, "more than 2000000 fields"),
                model("ONNX dimensions that overflow", HostileInputCases::overflow, "8589934592"),
                model("ONNX cycle", HostileInputCases::cycle, "cycle"),
                model("ONNX weights that are NaN", HostileInputCases::notANumber, "NaN"),
                new FaultCase(GROUP, "data set with a link that points outside", true, HostileInputCases::link),
                new FaultCase(GROUP, "zip slip in a data set", true, HostileInputCases::zipSlip),
                new FaultCase(GROUP, "zip bomb in a data set", true, HostileInputCases::zipBomb));
    }

    private static FaultCase model(String name, Consumer<GraphProto.Builder> harm, String complaint) {
        return new FaultCase(GROUP, name, true, place -> {
            NetworkBuilder net = new NetworkBuilder("harmless", new Random(1));
            byte[] harmless = OnnxWriter.write(net.build(net.gemm(
                    net.flatten(net.relu(net.conv(net.input("x", 1, 4, 4), 2, 3, 1, 1))), 2)));
            OnnxReader.read(harmless);
            ModelProto.Builder model = ModelProto.parseFrom(harmless).toBuilder();
            harm.accept(model.getGraphBuilder());
            byte[] bytes = model.build().toByteArray();
            assertThatThrownBy(() -> OnnxReader.read(bytes))
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessageContaining(complaint);
        });
    }

    private static void externalData(GraphProto.Builder graph) {
        TensorProto.Builder weights = graph.getInitializerBuilder(0);
        weights.clearRawData()
                .clearFloatData()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue("../../../../etc/passwd"));
    }

    private static void manyFields(GraphProto.Builder graph) {
        for (int i = 0; i < MANY_FIELDS; i++) {
            graph.addNode(NodeProto.getDefaultInstance());
        }
    }

    /** 2^33 times 2^31 elements, which is 0 in a long. */
    private static void overflow(GraphProto.Builder graph) {
        graph.getInitializerBuilder(0).clearDims().addDims(1L << 33).addDims(1L << 31);
    }

    private static void cycle(GraphProto.Builder graph) {
        graph.getNodeBuilder(0)
                .setInput(0, graph.getNode(graph.getNodeCount() - 1).getOutput(0));
    }

    private static void notANumber(GraphProto.Builder graph) {
        TensorProto.Builder weights = graph.getInitializerBuilder(0);
        ByteBuffer numbers = ByteBuffer.wrap(weights.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        numbers.putFloat(0, Float.NaN);
        weights.setRawData(ByteString.copyFrom(numbers.array()));
    }

    private static void link(Place place) throws IOException {
        Path folder = place.newFolder("linked");
        Path secret = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-outside"))
                .resolve("secret.png");
        Files.write(secret, png(9, 9));
        for (Map.Entry<String, byte[]> image : images().entrySet()) {
            Path file = folder.resolve(image.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, image.getValue());
        }
        int before = samples(folder);
        Files.createSymbolicLink(folder.resolve("cat/link.png"), secret);
        if (samples(folder) != before) {
            throw new AssertionError("The link was followed");
        }
    }

    private static int samples(Path folder) {
        return Datasets.open(folder, DatasetOptions.defaults()).train().size();
    }

    private static void zipSlip(Place place) throws IOException {
        Map<String, byte[]> images = images();
        images.put("../../outside.png", png(4, 4));
        Path archive = zip(place, images);
        refused(archive, "unsafe name");
        if (Files.exists(archive.resolve("../../../outside.png").normalize())) {
            throw new AssertionError("The archive wrote outside of its folder");
        }
    }

    /** An image of {@value #BOMB_BYTES} zeros, in an archive of some megabytes. */
    private static void zipBomb(Place place) throws IOException {
        Path archive = Files.createDirectories(place.newFolder("bomb")).resolve("images.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Map.Entry<String, byte[]> image : images().entrySet()) {
                zip.putNextEntry(new ZipEntry(image.getKey()));
                zip.write(image.getValue());
            }
            zip.putNextEntry(new ZipEntry("cat/bomb.png"));
            byte[] zeros = new byte[COPY_BYTES];
            for (long written = 0; written < BOMB_BYTES; written += zeros.length) {
                zip.write(zeros);
            }
        }
        refused(archive, "bomb.png");
    }

    private static void refused(Path archive, String complaint) {
        assertThatThrownBy(() -> Datasets.open(archive, DatasetOptions.defaults()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(complaint);
    }

    private static Path zip(Place place, Map<String, byte[]> files) throws IOException {
        Path archive = Files.createDirectories(place.newFolder("archive")).resolve("images.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue());
            }
        }
        return archive;
    }

    private static Map<String, byte[]> images() throws IOException {
        Map<String, byte[]> images = new LinkedHashMap<>();
        for (String name : List.of("cat", "dog")) {
            for (int i = 0; i < 10; i++) {
                images.put(name + "/" + i + ".png", png(4, 4));
            }
        }
        return images;
    }

    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", bytes);
        return bytes.toByteArray();
    }
}
