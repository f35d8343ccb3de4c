package io.espalier.pruning.sparsity;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.onnx.OnnxWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class FileSizeTest {
    private final Graph dense = ReferenceNetworks.sourceCnn(1);

    @Test
    void zerosShowInTheCompressedSizeOnly() {
        byte[] whole = OnnxWriter.write(dense);
        byte[] sparse = OnnxWriter.write(MagnitudeMasks.perLayer(dense, 0.9).applied(dense));

        assertThat(FileSize.of(sparse).bytes()).isEqualTo(FileSize.of(whole).bytes());
        assertThat(FileSize.of(whole).gzipBytes())
                .as("float weights hardly compress")
                .isGreaterThan(whole.length * 8L / 10);
        assertThat(FileSize.of(sparse).gzipBytes())
                .isLessThan(FileSize.of(whole).gzipBytes() / 4);
    }

    @Test
    void countsTheBytesThatGzipWrites() throws IOException {
        byte[] onnx = OnnxWriter.write(dense);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(onnx);
        }

        assertThat(FileSize.of(onnx)).isEqualTo(new FileSize(onnx.length, compressed.size()));
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed.toByteArray())).readAllBytes())
                .isEqualTo(onnx);
    }
}
