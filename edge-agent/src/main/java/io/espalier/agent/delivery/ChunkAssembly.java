package io.espalier.agent.delivery;

import io.espalier.agent.link.BoundedHttp;
import io.espalier.proto.v1.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** Makes chunks out of a stream; ends it where one is wrong, or where nobody wants more. */
final class ChunkAssembly implements BoundedHttp.Taker {
    private final Manifest manifest;
    private final BooleanSupplier wanted;
    private final PartDownload.Taker taker;
    private final byte[] chunk;
    private int next;
    private int filled;
    private boolean abandoned;

    /** The stream begins with the chunk {@code first}. */
    ChunkAssembly(Manifest manifest, int first, BooleanSupplier wanted, PartDownload.Taker taker) {
        this.manifest = manifest;
        this.wanted = wanted;
        this.taker = taker;
        this.chunk = new byte[manifest.getChunkSizeBytes()];
        this.next = first;
    }

    /** The first chunk that was not taken. */
    int next() {
        return next;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    @Override
    public boolean take(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int whole = Staging.chunkBytes(manifest, next);
            int part = Math.min(whole - filled, bytes.remaining());
            bytes.get(chunk, filled, part);
            filled += part;
            if (filled == whole) {
                abandoned = !wanted.getAsBoolean();
                if (abandoned || !taker.take(next, Arrays.copyOf(chunk, whole))) {
                    return false;
                }
                next++;
                filled = 0;
            }
        }
        return true;
    }
}
