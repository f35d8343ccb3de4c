package io.espalier.agent.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks over HTTP and gives up on an answer that takes too long, its body included, or is longer than it may be. */
public final class BoundedHttp {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration HEADERS_LIMIT = Duration.ofSeconds(10);

    /** Long enough for the largest part of an artifact, 1 MiB, over a line of 20 kB/s. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final Duration answerLimit;
    private @Nullable HttpClient client;

    public BoundedHttp() {
        this(ANSWER_LIMIT);
    }

    BoundedHttp(Duration answerLimit) {
        this.answerLimit = answerLimit;
    }

    /** What came, whatever its status. */
    public record Answer(int status, byte[] body) {}

    /** Throws where no whole answer of at most so many bytes came in time. */
    public Answer send(HttpRequest.Builder request, int mostBytes) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client().sendAsync(request.timeout(HEADERS_LIMIT).build(), head -> new Body(mostBytes));
        try {
            HttpResponse<byte[]> response = answer.get(answerLimit.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + answerLimit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(Causes.inShort(e.getCause() == null ? e : e.getCause()), e);
        } finally {
            answer.cancel(true); // Ends the exchange where it still runs.
        }
    }

    private HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_LIMIT)
                    .build();
        }
        return client;
    }

    /** Gathers a body until it is whole or too long. */
    private static final class Body implements BodySubscriber<byte[]> {
        private final int mostBytes;
        private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private @Nullable Subscription subscription;

        Body(int mostBytes) {
            this.mostBytes = mostBytes;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (buffer.remaining() > mostBytes - gathered.size()) {
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    whole.completeExceptionally(new IOException("more than the " + mostBytes + " bytes it may have"));
                    return;
                }
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                gathered.writeBytes(bytes);
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            whole.complete(gathered.toByteArray());
        }
    }
}
