/** Importing this defines `<otp-field>`, for pages that need nothing else of it. */
import { defineOtpField } from './index.js';

defineOtpField();
