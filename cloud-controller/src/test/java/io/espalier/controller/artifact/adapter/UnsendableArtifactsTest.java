package io.espalier.controller.artifact.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.proto.Sha256;
import io.espalier.signing.CustodyException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnsendableArtifactsTest {
    private static final Sha256 ARTIFACT = Sha256.of(new byte[] {1});
    private static final Sha256 ANOTHER = Sha256.of(new byte[] {2});

    private final Logger logger = Logger.getLogger(UnsendableArtifacts.class.getName());
    private final List<LogRecord> logged = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private final UnsendableArtifacts unsendable = new UnsendableArtifacts();

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
    }

    @Test
    void tellsOnceOfEachHoweverOftenItIsAskedFor() {
        for (int i = 0; i < 100; i++) {
            unsendable.apart(ARTIFACT, UnsendableArtifactsTest::unsigned);
            unsendable.tell(ANOTHER, new IllegalStateException("damaged"));
        }

        assertThat(logged).hasSize(2);
    }

    @Test
    void tellsAgainOfWhatCouldBeSentMeanwhile() {
        unsendable.apart(ARTIFACT, UnsendableArtifactsTest::unsigned);
        unsendable.apart(ARTIFACT, () -> {});
        unsendable.apart(ARTIFACT, UnsendableArtifactsTest::unsigned);

        assertThat(logged).hasSize(2);
    }

    @Test
    void leavesToTheCallerWhatIsTriedAgain() {
        assertThatThrownBy(() -> unsendable.apart(ARTIFACT, () -> {
                    throw new CompletionException(new IllegalStateException("the broker is away"));
                }))
                .isInstanceOf(CompletionException.class);

        assertThat(logged).isEmpty();
    }

    private static void unsigned() {
        throw new CustodyException("one key too few");
    }
}
