package io.espalier.hivemq;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.file.Path;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What HiveMQ starts. The authority's revocation list is {@code crl.pem} in the extension's own folder; it is looked at again
 * every second, and who is on it is cut off. A broker whose extension does not start lets everybody do everything, so this one
 * always does; without the list it lets nobody in.
 */
public final class EspalierExtension implements ExtensionMain {
    private static final String REVOCATION_LIST = "crl.pem";
    private static final int LOOK_EVERY_SECONDS = 1;

    private @Nullable ScheduledFuture<?> looking;

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        Path list = input.getExtensionInformation()
                .getExtensionHomeFolder()
                .toPath()
                .resolve(REVOCATION_LIST);
        RevocationList revoked = new RevocationList(list);
        ConnectedClients connected = new ConnectedClients();
        Services.securityRegistry()
                .setAuthenticatorProvider(provider -> new CertificateAuthenticator(revoked, connected));
        Services.securityRegistry().setAuthorizerProvider(provider -> new TopicAuthorizer());
        Services.eventRegistry().setClientLifecycleEventListener(client -> connected);
        looking = Services.extensionExecutorService()
                .scheduleWithFixedDelay(
                        () -> connected.cutOff(revoked), LOOK_EVERY_SECONDS, LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
        if (looking != null) {
            looking.cancel(false);
        }
    }
}
