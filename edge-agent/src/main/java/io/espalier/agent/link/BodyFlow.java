package io.espalier.agent.link;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A body that is taken as it comes, by another thread than the one that brings it; no more is asked for than was taken. */
final class BodyFlow implements BodySubscriber<BodyFlow> {
    /** What came; without buffers it is the end, whole or with a failure. */
    private record Piece(List<ByteBuffer> buffers, @Nullable Throwable failure) {}

    /** One that comes and the end: the queue holds no more, since no more is asked for. */
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();

    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

    /** Hands on exactly so many bytes; throws where it breaks, comes too slowly or has another length. */
    void take(long expectedBytes, Pace pace, BoundedHttp.Taker taker) throws IOException, InterruptedException {
        Pace.Watch watch = pace.watch(System.nanoTime());
        long left = expectedBytes;
        while (true) {
            Piece piece = pieces.poll(watch.leftNanos(System.nanoTime()), TimeUnit.NANOSECONDS);
            if (piece != null && piece.failure() != null) {
                throw new IOException(Causes.inShort(piece.failure()), piece.failure());
            }
            if (piece != null && piece.buffers().isEmpty()) {
                if (left > 0) {
                    throw new IOException("ended " + left + " bytes before the " + expectedBytes + " it should have");
                }
                return;
            }
            if (piece != null) {
                for (ByteBuffer buffer : piece.buffers()) {
                    watch.came(buffer.remaining());
                    left -= buffer.remaining();
                    if (left < 0) {
                        throw new IOException("more than the " + expectedBytes + " bytes it should have");
                    }
                    if (!taker.take(buffer)) {
                        return;
                    }
                }
                subscription.join().request(1);
            }
            watch.check(System.nanoTime());
        }
    }

    /** Ends the exchange where it still runs. */
    void cancel() {
        subscription.thenAccept(Subscription::cancel);
    }

    @Override
    public CompletionStage<BodyFlow> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription.complete(given);
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (buffers.isEmpty()) {
            subscription.join().request(1);
        } else {
            pieces.add(new Piece(buffers, null));
        }
    }

    @Override
    public void onError(Throwable failure) {
        pieces.add(new Piece(List.of(), failure));
    }

    @Override
    public void onComplete() {
        pieces.add(new Piece(List.of(), null));
    }
}
