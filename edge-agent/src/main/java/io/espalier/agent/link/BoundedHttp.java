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
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Asks over HTTP and gives up on an answer that takes too long, its body included, or is longer than it may be. */
public final class BoundedHttp {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration HEADERS_LIMIT = Duration.ofSeconds(10);

    /** Long enough for the largest part of an artifact, 1 MiB, over a line of 20 kB/s. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private static final int PARTIAL_CONTENT = 206;

    private final Duration answerLimit;
    private final SecureContext tls;
    private @Nullable HttpClient client;
    private @Nullable SSLContext used;

    public BoundedHttp(SecureContext tls) {
        this(ANSWER_LIMIT, tls);
    }

    BoundedHttp(Duration answerLimit, SecureContext tls) {
        this.answerLimit = answerLimit;
        this.tls = tls;
    }

    /** What came, whatever its status. */
    public record Answer(int status, byte[] body) {}

    /** Throws where no whole answer of at most so many bytes came in time. */
    public Answer send(HttpRequest.Builder request, int mostBytes) throws IOException, InterruptedException {
        HttpRequest asked = request.timeout(HEADERS_LIMIT).build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client("https".equals(asked.uri().getScheme())).sendAsync(asked, head -> new Body(mostBytes));
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

    /** Takes what comes of a body; false ends it there. */
    @FunctionalInterface
    public interface Taker {
        boolean take(ByteBuffer bytes) throws IOException;
    }

    /**
     * Takes part of a body as it comes, from the first byte that is asked for to the last. Throws where the server does not
     * give exactly that part, or gives it more slowly than it may; what was taken until then stays taken.
     */
    public void takeRange(HttpRequest.Builder request, long first, long last, Pace pace, Taker taker)
            throws IOException, InterruptedException {
        HttpRequest asked = request.header("Range", "bytes=" + first + "-" + last)
                .timeout(HEADERS_LIMIT)
                .build();
        CompletableFuture<HttpResponse<BodyFlow>> answer =
                client("https".equals(asked.uri().getScheme())).sendAsync(asked, head -> new BodyFlow());
        try {
            HttpResponse<BodyFlow> response = answer.get(answerLimit.toMillis(), TimeUnit.MILLISECONDS);
            BodyFlow body = response.body();
            try {
                requireRange(response, first, last);
                body.take(last - first + 1, pace, taker);
            } finally {
                body.cancel();
            }
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + answerLimit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(Causes.inShort(e.getCause() == null ? e : e.getCause()), e);
        } finally {
            answer.cancel(true);
        }
    }

    private static void requireRange(HttpResponse<?> response, long first, long last) throws IOException {
        if (response.statusCode() != PARTIAL_CONTENT) {
            throw new IOException("HTTP " + response.statusCode());
        }
        String range = response.headers().firstValue("Content-Range").orElse("");
        if (!range.startsWith("bytes " + first + "-" + last + "/")) {
            throw new IOException("asked for bytes " + first + "-" + last + ", but Content-Range is \"" + range + "\"");
        }
    }

    private HttpClient client(boolean secure) throws IOException {
        SSLContext context = secure ? tls.get() : used;
        HttpClient open = client;
        if (open == null || context != used) {
            HttpClient.Builder builder =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
            if (context != null) {
                builder.sslContext(context);
            }
            open = builder.build();
            client = open;
            used = context;
        }
        return open;
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
