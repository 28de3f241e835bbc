/** Why nobody is signed in. `isPassing`: the same may work in a moment. */
export class SignInError extends Error {
  constructor(code, detail = "", { isPassing = false } = {}) {
    super(detail);
    this.code = code;
    this.isPassing = isPassing;
  }
}
